"""Why a row of an order file is left out or marked, and why a whole file is: one class, one sentence each."""

from django.utils.translation import gettext_lazy as _

from apps.core.tabular import TabularError
from apps.core.tabular.cell_errors import CellError

# Rows


class NumberMissing(CellError):
    """A row without the number of its order."""

    code = "number_missing"
    template = _("The order number is missing.")


class LineNumberMissing(CellError):
    """A line without the number that the platform gives every line."""

    code = "line_number_missing"
    template = _("The number of the order line is missing.")


class NotAnOrderNumber(CellError):
    """No platform writes order numbers so."""

    code = "not_an_order_number"
    template = _("This is not an order number: it holds other signs than letters, digits and hyphens.")


class TooLong(CellError):
    """Longer than any platform's. Data: limit."""

    code = "too_long"
    template = _("This number or code is longer than %(limit)s characters.")


class TimeMissing(CellError):
    """An order that says neither when it was placed nor when it was paid."""

    code = "time_missing"
    template = _("The order has neither a time of creation nor of payment.")


class QuantityNotPositive(CellError):
    """A line that ships nothing."""

    code = "quantity_not_positive"
    template = _("The quantity must be at least 1.")


class NotWholeCents(CellError):
    """Order amounts are whole cents; what has more is refused, never rounded on the way in."""

    code = "not_whole_cents"
    template = _("This amount has more than 2 digits after the decimal point.")


class AmountBeyond(CellError):
    """More than an order can cost."""

    code = "amount_beyond"
    template = _("This amount has more than 9 digits before the decimal point.")


class NegativeAmount(CellError):
    """A price or payment below zero."""

    code = "negative_amount"
    template = _("This amount is negative, which a price or payment never is.")


class LeftOutWhole(CellError):
    """A sound row of an order with an unsound one."""

    code = "left_out_whole"
    template = _("Another row of this order was refused; an order comes in whole or not at all.")


class OrderContradicts(CellError):
    """Rows that repeat what the order as a whole says, and differ."""

    code = "order_contradicts"
    template = _("The rows of this order say different things here, so the order was left out.")


class TooManyLines(CellError):
    """More lines than an order of a buyer can have. Data: limit."""

    code = "too_many_lines"
    template = _("This order has more than %(limit)s lines, so it was left out.")


class LineContradicts(CellError):
    """The same line again, with other contents."""

    code = "line_contradicts"
    template = _("This line is in the file twice, with different contents; only the first row is used.")


# Warnings: the row comes in


class LineRepeated(CellError):
    """The same line again."""

    code = "line_repeated"
    template = _("This line is in the file twice; the second row is the same and was left out.")


class UnknownStatus(CellError):
    """A status that nobody has seen yet: the order comes in, marked."""

    code = "unknown_status"
    template = _("This order status is not known; the order is imported and marked “not recognised”.")


class UnknownRefund(CellError):
    """A refund's status that nobody has seen yet: the line comes in, marked."""

    code = "unknown_refund"
    template = _("This refund status is not known; the line is imported and its refund marked “not recognised”.")


# The file as a whole


class RowsApart(TabularError):
    """An order whose rows stand far from each other: its sums cannot be told before the end. Data: number, row."""

    code = "rows_apart"
    template = _(
        "Row %(row)s belongs to order %(number)s, whose other rows stand far above. "
        "Upload the file as the platform wrote it, or sort it by order number."
    )


class SeveralStores(TabularError):
    """Orders of more than one store in one file. Data: names, row."""

    code = "several_stores"
    template = _("From row %(row)s on the file is of another store than before: %(names)s. Export each store alone.")
