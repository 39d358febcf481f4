"""The long work of contracts: a month's statements for every contract."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.contracts.actions.daily import DRAFT_JOB
from apps.contracts.actions.draft import draft_statements
from apps.contracts.actions.preparing import SETTLED
from apps.contracts.actions.rights import must
from apps.contracts.models import Contract
from apps.contracts.queries.settling import contracts_to_settle
from apps.core.speech import filled, in_every_language
from apps.jobs.kinds import Chunk, JobKind, Progress, Tally, register
from apps.jobs.models import Finding, Job
from apps.notices.actions import tell
from apps.notices.models import Notice
from apps.org.actors import Actor

CONTRACTS_A_CHUNK = 500
DONE = _(
    "Statements of %(month)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s not possible."
)

COUNTED = {
    "new": _("New statements"), "changed": _("Changed statements"), "unchanged": _("Unchanged statements"),
    "refused": _("Statements not possible"),
}  # fmt: skip


def register_kinds() -> None:
    """Make it known to the runner."""
    label = _("Monthly statements")
    register(JobKind(name=DRAFT_JOB, label=label, plan=plan, work=work, finish=finish, counted=COUNTED))


def plan(job: Job, by: Actor, _progress: Progress) -> Iterator[Chunk]:
    """Contracts of the month, two hundred at a time."""
    must(by, "contracts.draft_statement")
    keys = list(contracts_to_settle(_month(job)).values_list("pk", flat=True))
    for start in range(0, len(keys), CONTRACTS_A_CHUNK):
        part = keys[start : start + CONTRACTS_A_CHUNK]
        yield Chunk({"contracts": part}, len(part))


def work(job: Job, payload: dict[str, Any], by: Actor) -> Tally:
    """One chunk in one transaction; a second run of it finds everything unchanged."""
    done = draft_statements(payload["contracts"], _month(job), by=by)
    refused = {key: sentence for key, sentence in done.refused.items() if sentence is not SETTLED}
    numbers = dict(Contract.objects.filter(pk__in=refused).values_list("pk", "number"))
    Finding.objects.bulk_create(
        [
            Finding(
                job=job, place=numbers[key], code="not_drafted", text=in_every_language(sentence),
                severity=Finding.Severity.WARNING,
            )
            for key, sentence in refused.items()
        ]
    )  # fmt: skip
    return {
        "new": len(done.new), "changed": len(done.changed), "refused": len(refused),
        "unchanged": len(done.unchanged) + len(done.refused) - len(refused),
    }  # fmt: skip


def finish(job: Job, counts: Tally, by: Actor) -> None:
    """Say what became of the month."""
    if by.id is not None:
        said = {name: counts.get(name, 0) for name in ("new", "changed", "unchanged", "refused")}
        sentence = filled(DONE, month=job.params["month"][:7], **said)
        tone = Notice.Tone.BAD if said["refused"] else Notice.Tone.GOOD
        tell([by.id], key=f"job:{job.pk}", sentence=sentence, url=f"/desk/jobs/{job.pk}/", tone=tone)


def _month(job: Job) -> dt.date:
    return dt.date.fromisoformat(job.params["month"])
