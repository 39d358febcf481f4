"""What the clock does by itself: nothing of it is lost from the settings unseen, and every task of it is there."""

from django.conf import settings

from opsdesk.celery import app

NIGHTLY = "notices.check_promises"
BY_ITSELF = {
    "approvals.remind",
    "approvals.silence",
    "approvals.take_effect",
    "contracts.every_day",
    "documents.render",
    "files.expire",
    "finance.match",
    "finance.remind",
    "jobs.sweep",
    NIGHTLY,
    "orders.expire_rows",
    "orders.forget_keys",
    "orders.release_holds",
    "orders.remind_contact",
    "staff.keep_months",
    "stores.apply_changes",
    "stores.delist_sold_out",
    "warehouse.issue_daily_lists",
    "warehouse.reserve",
    "warehouse.tidy_waves",
}


def test_the_clock_rings_for_these_tasks_and_no_others() -> None:
    rung = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]

    assert sorted(rung) == sorted(BY_ITSELF)


def test_a_worker_knows_every_task_that_the_clock_rings_for() -> None:
    app.loader.import_default_modules()
    app.finalize()

    assert set(app.tasks) >= BY_ITSELF
    # A worker looks for tasks in modules of this name, whatever else this process has read before.
    assert {app.tasks[name].__module__.rpartition(".")[2] for name in BY_ITSELF} == {"tasks"}


def test_a_ring_that_nobody_heard_is_gone_before_the_next() -> None:
    entries = settings.CELERY_BEAT_SCHEDULE.values()

    regular = [(entry["schedule"], entry["options"]["expires"]) for entry in entries if entry["task"] != NIGHTLY]

    assert [(every, kept) for every, kept in regular if kept > every] == []
    assert [entry["options"]["expires"] for entry in entries if entry["task"] == NIGHTLY] == [3600]
