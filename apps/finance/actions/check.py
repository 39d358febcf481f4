"""The check job: read the bill, hold it against itself and against the books, stage and class its lines."""

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]  # untyped in Django
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core.bulk import copy_rows
from apps.core.calendar import ONE_DAY
from apps.core.errors import Conflict, DomainError, Invalid
from apps.core.speech import filled
from apps.core.tabular import Container, Table, open_table
from apps.files.actions import open_file
from apps.finance.imports import alipay, alipay_summary
from apps.finance.imports.alipay import Head, Line, Sums
from apps.finance.models import Bill, BillLine, ClassRule, PayAccount, StagedBillLine
from apps.finance.rules.classing import Pattern, Said, classed
from apps.finance.workflows.bill import IN_THE_BOOKS
from apps.jobs.kinds import Chunk, Progress, Tally
from apps.jobs.models import Job
from apps.org.actors import SYSTEM, Actor
from apps.workflow.move import move

COLUMNS = [
    "bill_id", "position", "serial", "happened_at", "amount", "balance", "kind_text", "code", "description", "note",
    "merchant_number", "order_number", "line_class", "rule_id",
]  # fmt: skip
OTHER_STORE = _("The account %(account)s belongs to another store.")
OVERLAP = _("The days %(first)s to %(last)s of this account overlap with a bill that is in the books: %(other)s.")


class InFile(DomainError):
    """A refusal with the file's name in front."""

    def __init__(self, name: str, error: DomainError) -> None:
        sentence = filled("%(file)s: %(sentence)s", file=name, sentence=error.sentence)
        super().__init__(sentence, code=error.code, **{**error.data, "file": name})


def plan(job: Job, _by: Actor, progress: Progress) -> list[Chunk]:
    """Stage the whole bill in one transaction; there are no chunks to follow. Raises InFile when it cannot be used."""
    bill = Bill.objects.select_related("file", "store").get(pk=job.params["bill"])
    try:
        with open_file(bill.file) as stream:
            with open_table(stream, header=alipay.HEADER) as table:
                head, sums = _staged(bill, table, progress)
            # Beside the detail there may be its summary; the archive is opened again once the detail was read.
            if table.part and table.container == Container.TEXT:
                alipay_summary.check(stream, head, sums)
    except DomainError as error:
        raise InFile(bill.name, error) from error
    return []


def nothing(_job: Job, _payload: dict[str, Any], _by: Actor) -> Tally:
    """A check has no chunks: a file is read from its beginning."""
    return {}


def finish(job: Job, _counts: Tally, by: Actor) -> None:
    """The sums are known; somebody may look at them."""
    bill = Bill.objects.locked().get(pk=job.params["bill"])
    move(bill.pass_check, by=by)


def failed(job: Job, _by: Actor) -> None:
    """The file cannot be used; it may be uploaded again after a repair."""
    bill = Bill.objects.locked().get(pk=job.params["bill"])
    move(bill.refuse, by=SYSTEM)


def _staged(bill: Bill, table: Table, progress: Progress) -> tuple[Head, Sums]:
    head, sums = alipay.head_of(table.preamble), Sums()
    check_account(bill, head.account)
    check_overlap(bill, head.account, DateRange(head.first, head.end))
    patterns = patterns_in_use()
    for lines in alipay.lines_of(table, head, sums):
        copy_rows(StagedBillLine, COLUMNS, [_row(bill, line, patterns) for line in lines])
        progress(sums.rows)
    alipay.close_books(table, sums)
    _keep(bill, head, sums)
    return head, sums


def patterns_in_use() -> list[Pattern]:
    """The active rules in their order."""
    columns = ("pk", "line_class", "code", "kind_text", "text", "number_prefix", "direction")
    return [Pattern(*row) for row in ClassRule.objects.filter(is_active=True).values_list(*columns)]


def check_account(bill: Bill, account: str) -> None:
    """The file's account must be the store's, or nobody's yet. Raises Invalid without saying whose it is."""
    owner = PayAccount.objects.filter(channel=bill.channel, number=account).first()
    if owner is not None and owner.store_id != bill.store_id:
        raise Invalid(filled(OTHER_STORE, account=account), code="wrong_account", account=account)


def check_overlap(bill: Bill, account: str, period: DateRange) -> None:
    """No day of an account is in the books twice, also when the other's import stopped half-way. Raises Conflict."""
    same = Bill.objects.filter(channel=bill.channel, account_number=account, period__overlap=period)
    in_the_books = Q(state__in=IN_THE_BOOKS) | Exists(BillLine.objects.filter(bill=OuterRef("pk")))
    other = same.filter(in_the_books).exclude(pk=bill.pk).first()
    if other is not None:
        sentence = filled(
            OVERLAP, first=period.lower.isoformat(), last=(period.upper - ONE_DAY).isoformat(), other=other.name
        )
        raise Conflict(sentence, code="overlapping_bill", other=other.pk)


def _row(bill: Bill, line: Line, patterns: list[Pattern]) -> tuple[Any, ...]:
    words = f"{line.description} {line.note} {line.title}"
    said = Said(line.code, line.kind_text, words, line.merchant_number, line.amount)
    line_class, rule = classed(said, patterns)
    return (
        bill.pk, line.position, line.serial, line.happened_at, line.amount, line.balance, line.kind_text[:40],
        line.code[:20], line.description[:200], line.note[:300], line.merchant_number[:64], line.order_number,
        str(line_class), rule,
    )  # fmt: skip


def _keep(bill: Bill, head: Head, sums: Sums) -> None:
    Bill.objects.filter(pk=bill.pk).update(
        account_number=head.account, period=DateRange(head.first, head.end), rows=sums.rows,
        income_amount=sums.income, outgo_amount=sums.outgo, opening_balance=sums.opening, closing_balance=sums.closing,
    )  # fmt: skip
