"""What the calendar does: last month's statements, answers that never came, payments that did not arrive."""

import datetime as dt

from django.db import transaction

from apps.contracts.actions.lump_sums import find_lump_sums
from apps.contracts.actions.remind import remind_of_invoices, remind_of_late_receipts
from apps.contracts.models import SettlementStatement
from apps.contracts.models.statement import Answer
from apps.contracts.queries.settling import contracts_without_statement
from apps.contracts.rules.months import month_after, month_of
from apps.contracts.workflows.statement import StatementState
from apps.core.calendar import day_bounds, today
from apps.jobs.actions import start_job
from apps.jobs.models import Job
from apps.jobs.workflows.job import JobState
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move_many

DRAFT_JOB = "contracts.draft"


def every_day() -> dict[str, int]:
    """Everything that the calendar does, as often as it comes by. Returns how many rows moved."""
    return {
        "drafting": start_last_month(),
        "accepted": accept_by_silence(),
        "overdue": note_overdue(),
        "lump_sums": find_lump_sums(),
        "to_invoice": remind_once_drafted(),
        "late": remind_of_late_receipts(),
    }


@transaction.atomic
def start_last_month() -> int:
    """Work last month out for every contract that lacks its statement, by one run a day. Rule: CON-43.

    What a run could not work out stays a finding of that run, and is tried again the next morning.
    """
    month = month_after(month_of(today()), -1)
    of_today = Job.objects.filter(
        kind=DRAFT_JOB, params__month=month.isoformat(), created_at__gte=day_bounds(today())[0]
    )
    if _is_drafting() or of_today.exists() or not contracts_without_statement(month).exists():
        return 0
    start_drafting(month, by=SYSTEM)
    return 1


def remind_once_drafted() -> int:
    """The bell of the month's check; on the 1st only after the run whose statements it counts. Rule: CON-43."""
    if today().day == 1 and _is_drafting():
        return 0
    return remind_of_invoices()


def _is_drafting() -> bool:
    return Job.objects.filter(kind=DRAFT_JOB, state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


def start_drafting(month: dt.date, *, by: Actor) -> Job:
    """Queue the working out of a month for all contracts."""
    return start_job(DRAFT_JOB, {"month": month_of(month).isoformat()}, by=by)


@transaction.atomic
def accept_by_silence() -> int:
    """Statements whose days for an answer are over count as accepted, and say so. Rule: CON-31."""
    silent = SettlementStatement.objects.filter(state=StatementState.SENT, answer_until__lt=today())
    return len(move_many(silent, SettlementStatement.deem, by=SYSTEM, also={"answer": str(Answer.SILENCE)}).done)


@transaction.atomic
def note_overdue() -> int:
    """Confirmed statements with something to pay whose day has passed, and not only today sent. Rule: CON-45."""
    owed = SettlementStatement.objects.filter(state=StatementState.CONFIRMED, total_amount__gt=0)
    late = owed.filter(due_on__lt=today()).exclude(sent_at__gte=day_bounds(today())[0])
    return len(move_many(late, SettlementStatement.fall_overdue, by=SYSTEM).done)
