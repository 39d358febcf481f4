"""Import a checked bill, or discard it."""

from django.db import transaction

from apps.core.locks import one_at_a_time
from apps.finance.actions.check import check_account, check_overlap
from apps.finance.models import Bill, PayAccount, StagedBillLine
from apps.finance.workflows.bill import BillState
from apps.jobs.actions import cancel_job, start_job
from apps.jobs.workflows.job import JobState
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move


@transaction.atomic
def import_bill(pk: int, *, by: Actor) -> Bill:
    """Start the import of a bill whose sums somebody has seen; an account that nobody has becomes the store's.

    Raises NotFound, NotAllowed, IllegalMove, Conflict when its days are in the books meanwhile, Invalid when its account
    is another store's meanwhile.
    """
    bill = the_visible(Bill.objects.all(), by, pk=pk)
    # Two bills of one account at the same moment would wait for each other in the exclusion constraint.
    one_at_a_time("finance.account", bill.account_number)
    if bill.state == BillState.CHECKED:
        check_overlap(bill, bill.account_number, bill.period)
        check_account(bill, bill.account_number)
    move(bill.begin, by=by)
    PayAccount.objects.get_or_create(
        channel=bill.channel, number=bill.account_number, defaults={"store_id": bill.store_id}
    )
    job = start_job("finance.import", {"bill": bill.pk}, by=by, store_id=bill.store_id)
    Bill.objects.filter(pk=pk).update(import_job=job)
    bill.import_job = job
    return bill


@transaction.atomic
def discard_bill(pk: int, *, by: Actor) -> Bill:
    """Discard a bill that nobody imported; its file may be uploaded again. Raises NotFound, NotAllowed, IllegalMove."""
    bill = the_visible(Bill.objects.select_related("check_job"), by, pk=pk)
    if bill.check_job and bill.check_job.state in (JobState.QUEUED, JobState.RUNNING):
        # Cancelling refuses the bill, which frees its file as discarding would.
        cancel_job(bill.check_job_id or 0, by=by)
        bill.refresh_from_db()
        return bill
    move(bill.discard, by=by)
    StagedBillLine.objects.filter(bill=bill).delete()
    return bill
