"""Why a bill was refused as a whole: money is taken complete or not at all."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.speech import filled
from apps.core.tabular import TabularError

NOT_CENTS = _("An amount has at most two decimals.")
NUMBER_MISSING = _("The number of the booking is missing.")


class AccountMissing(TabularError):
    """No line above the table names the account."""

    code = "account_missing"
    template = _("The line with the account number above the table is missing. Upload the file as it was downloaded.")


class PeriodMissing(TabularError):
    """No line above the table names a period of whole days."""

    code = "period_missing"
    template = _("The line with the first and last day above the table is missing or not readable.")


class ClosingMissing(TabularError):
    """The lines with counts and sums at the end are not there."""

    code = "closing_missing"
    template = _("The closing lines with counts and sums are missing: the file was cut off. Download it again.")


class CountDiffers(TabularError):
    """The closing line counts other lines. Data: column, said, found."""

    code = "count_differs"
    template = _(
        "%(column)s: the closing line speaks of %(said)s lines, the file has %(found)s. It was cut off or changed."
    )


class SumDiffers(TabularError):
    """The closing line gives another sum. Data: column, said, found as text."""

    code = "sum_differs"
    template = _("%(column)s: the closing line says %(said)s, the rows add up to %(found)s. It was cut off or changed.")


class BalanceBroken(TabularError):
    """Balance before and amount do not make the balance after. Data: row, column, said, found as text."""

    code = "balance_broken"
    template = _(
        "Row %(row)s, column %(column)s: the balance is %(said)s but should be %(found)s. A row before it is missing "
        "or was changed."
    )


class BothFilled(TabularError):
    """Money came in and went out in one row. Data: row, column."""

    code = "both_filled"
    template = _("Row %(row)s, column %(column)s: money received and money paid out stand in the same row.")


class NothingFilled(TabularError):
    """Neither amount, or zero. Data: row, column."""

    code = "nothing_filled"
    template = _("Row %(row)s, column %(column)s: neither money received nor money paid out.")


class WrongSign(TabularError):
    """Income below zero, or outgo above. Data: row, column, value as text."""

    code = "wrong_sign"
    template = _("Row %(row)s, column %(column)s: %(value)s has the wrong sign.")


class OutsideOfPeriod(TabularError):
    """A booking that does not lie in the days the file is about. Data: row, column, day as text."""

    code = "outside_of_period"
    template = _("Row %(row)s, column %(column)s: %(day)s lies outside of the days that the file is about.")


class RepeatedSerial(TabularError):
    """One booking twice. Data: row, column, first."""

    code = "repeated_serial"
    template = _("Row %(row)s, column %(column)s: the same booking stands in row %(first)s already.")


class CellRefused(TabularError):
    """A cell that cannot be read. Data: row, column, and why, a sentence of its own."""

    code = "cell_refused"
    template = _("Row %(row)s, column %(column)s: %(why)s")

    def __init__(self, *, row: int, column: str, why: str | Promise) -> None:
        super().__init__(row=row, column=column, why=why)

    def spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """The reason stays lazy, so that it is read in the reader's language."""
        return {**data, "why": filled("%(why)s", why=data["why"])}


class RowMisfits(TabularError):
    """A row that does not fit the columns; in a bill none may be left out. Data: row, why."""

    code = "row_misfits"
    template = _("Row %(row)s does not fit the columns: %(why)s")


class NoLines(TabularError):
    """A header without rows."""

    code = "no_lines"
    template = _("The file has no bookings.")


class SummaryDiffers(TabularError):
    """The summary in the same archive gives another figure. Data: file, row, column, said, found as text."""

    code = "summary_differs"
    template = _(
        "%(file)s, row %(row)s, column %(column)s: the summary says %(said)s, the lines of the detail add up to "
        "%(found)s. One of the two files was cut off or changed."
    )


class SummaryMisses(TabularError):
    """The detail has lines of a kind that the summary does not know. Data: file, column, kind, found."""

    code = "summary_misses"
    template = _(
        "%(file)s, column %(column)s: the summary has no row for “%(kind)s” (lines in the detail: %(found)s). One of the "
        "two files was cut off or changed."
    )


class SummaryRepeats(TabularError):
    """The summary speaks of one kind twice. Data: file, row, column, kind."""

    code = "summary_repeats"
    template = _("%(file)s, row %(row)s, column %(column)s: the summary has “%(kind)s” twice.")


class SummaryHeadMissing(TabularError):
    """The lines above the summary's table do not say whose or of which days it is. Data: file, and why, a sentence."""

    code = "summary_head_missing"
    template = _("%(file)s: %(why)s")

    def spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """The reason stays lazy, so that it is read in the reader's language."""
        return {**data, "why": filled("%(why)s", why=data["why"])}


class SummaryOfAnother(TabularError):
    """The summary is about another account or other days. Data: file."""

    code = "summary_of_another"
    template = _(
        "%(file)s: the summary is about another account or other days than the detail. Upload the archive as it was "
        "downloaded."
    )
