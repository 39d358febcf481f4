"""Long work: steps, leases, attempts, refusals (docs/adr/0004)."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from apps.core.errors import Conflict
from apps.jobs import kinds
from apps.jobs.actions import cancel_job, run_job, start_job, sweep_jobs
from apps.jobs.actions.run import progress_of
from apps.jobs.kinds import Chunk, JobKind
from apps.jobs.leases import MOST_ATTEMPTS, claim_step
from apps.jobs.models import Job, Step
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Client
from apps.workflow.move import IllegalMove

pytestmark = pytest.mark.django_db(transaction=True)


class Clients:
    """A job that makes one client per chunk and can be told to stumble."""

    def __init__(self) -> None:
        self.stumble: Exception | None = None
        self.finished: list[dict[str, int]] = []
        self.undone = 0

    def plan(self, job: Job, _by: Actor, progress: Any) -> list[Chunk]:
        progress(1)
        return [Chunk({"name": f"客户{n}"}, 10) for n in range(job.params["chunks"])]

    def work(self, _job: Job, payload: dict[str, Any], _by: Actor) -> dict[str, int]:
        Client.objects.create(name=payload["name"])
        if self.stumble is not None:
            raise self.stumble
        return {"made": 1}

    def finish(self, _job: Job, counts: dict[str, int], _by: Actor) -> None:
        self.finished.append(counts)

    def failed(self, _job: Job, _by: Actor) -> None:
        self.undone += 1


@pytest.fixture
def clients() -> Iterator[Clients]:
    work = Clients()
    kinds.register(JobKind("tests.clients", "clients", work.plan, work.work, work.finish, work.failed))
    yield work
    kinds._kinds.pop("tests.clients")


def test_a_job_runs_its_steps_and_sums_what_they_counted(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 3}, by=SYSTEM)

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.total, progress_of(job)) == ("succeeded", 30, (30, 30))
    assert clients.finished == [{"made": 3}]
    assert Client.objects.count() == 3


def test_running_a_job_again_does_nothing(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 2}, by=SYSTEM)
    run_job(job.pk)

    assert run_job(job.pk) == 0

    assert Client.objects.count() == 2


def test_a_worker_whose_turn_is_over_rings_anew_and_leaves_the_rest(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr("apps.jobs.actions.run.ring", lambda job_id, **_times: rung.append(job_id))
    job = start_job("tests.clients", {"chunks": 3}, by=SYSTEM)
    rung.clear()

    turns = [run_job(job.pk, turn=0) for _ in range(5)]

    job.refresh_from_db()
    assert (turns, job.state) == ([1, 1, 1, 1, 1], "succeeded")
    assert Client.objects.count() == 3
    assert len(rung) >= 4


def test_a_stumbling_step_leaves_nothing_and_is_taken_up_again(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)
    clients.stumble = OperationalError("the connection is gone")

    with pytest.raises(OperationalError):
        run_job(job.pk)
    assert Client.objects.count() == 0

    clients.stumble = None
    assert sweep_jobs() == [job.pk]
    run_job(job.pk)
    assert Client.objects.count() == 1
    assert Step.objects.get(job=job, phase=Step.Phase.WORK).attempts == 2


def test_after_five_attempts_the_job_fails_with_a_sentence(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)
    clients.stumble = OperationalError("again")
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(OperationalError):
            run_job(job.pk)

    assert sweep_jobs() == []

    job.refresh_from_db()
    assert (job.state, job.refusal["code"]) == ("failed", "attempts_exhausted")
    assert set(job.refusal["text"]) == {"zh-hans", "en"}
    assert clients.undone == 1


def test_a_refusal_ends_the_job_at_once_in_both_languages(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)
    clients.stumble = Conflict("no", code="too_late")

    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, job.refusal["code"]) == ("failed", "too_late")
    assert Client.objects.count() == 0
    assert sweep_jobs() == []


def test_a_held_step_is_not_taken_by_another_worker_and_is_free_when_the_lease_ends(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)
    held = claim_step(job.pk)

    assert claim_step(job.pk) is None

    Step.objects.filter(pk=held.pk).update(leased_until="2020-01-01T00:00:00Z")
    assert claim_step(job.pk).pk == held.pk


def test_who_lost_the_lease_leaves_no_effect(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)
    plain = clients.work

    def robbed(job: Job, payload: dict[str, Any], by: Actor) -> dict[str, int]:
        counts = plain(job, payload, by)
        thief = threading.Thread(target=_rob, args=[job.pk])
        thief.start()
        thief.join()
        return counts

    kinds._kinds.pop("tests.clients")
    kinds.register(JobKind("tests.clients", "clients", clients.plan, robbed, clients.finish, clients.failed))

    run_job(job.pk)

    assert Client.objects.count() == 0


def _rob(job_id: int) -> None:
    Step.objects.filter(job_id=job_id, phase=Step.Phase.WORK).update(lease_token="00000000-0000-0000-0000-000000000001")
    connections.close_all()


def test_two_workers_share_the_chunks_and_each_takes_effect_once(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 12}, by=SYSTEM)

    def worker() -> None:
        run_job(job.pk)
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    run_job(job.pk)

    job.refresh_from_db()
    assert job.state == "succeeded"
    assert clients.finished == [{"made": 12}]
    assert Client.objects.count() == 12


def test_a_cancelled_job_begins_no_further_step(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 2}, by=SYSTEM)

    cancel_job(job.pk, by=SYSTEM)

    assert run_job(job.pk) == 0
    assert Client.objects.count() == 0
    with pytest.raises(IllegalMove), transaction.atomic():
        cancel_job(job.pk, by=SYSTEM)


def test_a_broker_that_is_away_does_not_stop_the_request(clients: Clients) -> None:
    job = start_job("tests.clients", {"chunks": 1}, by=SYSTEM)

    assert Job.objects.get(pk=job.pk).state == "queued"
    assert sweep_jobs() == [job.pk]
