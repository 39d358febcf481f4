"""Why a cell was refused: one class a reason, with a code for programs and a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from apps.core.tabular.errors import TabularError


class CellError(TabularError):
    """One cell that cannot be taken: its row is refused, the file goes on."""

    code = "cell"
    template = _("The cell cannot be read.")


class NulCharacter(CellError):
    """A zero character, which no text may hold."""

    code = "nul_character"
    template = _("The cell contains a zero character. The file was damaged on its way.")


class DigitsLost(CellError):
    """A long number that went through a spreadsheet as a number: its last digits are gone."""

    code = "digits_lost"
    template = _(
        "This number was shortened by a spreadsheet and its last digits are gone. "
        "Upload the file as the platform wrote it, without saving it in Excel."
    )


class NoResult(CellError):
    """An Excel error such as #N/A, or a formula that was never calculated."""

    code = "no_result"
    template = _("The cell holds an Excel error or a formula without a result. Put a plain value in its place.")


class NotAnIdentifier(CellError):
    """Not a number of an order, a product or a payment."""

    code = "not_an_identifier"
    template = _("This is not a number or code: it contains blanks, a decimal point, or more than 64 characters.")


class NotAnAmount(CellError):
    """Not an amount of money in any known shape."""

    code = "not_an_amount"
    template = _("This is not an amount.")


class ScientificNotation(CellError):
    """A figure such as 1.2E+5, whose digits cannot be trusted."""

    code = "scientific_notation"
    template = _("This figure is written in scientific form, so its digits cannot be trusted.")


class NotFinite(CellError):
    """NaN or infinity."""

    code = "not_finite"
    template = _("This is not a figure that can be calculated with.")


class AmountTooLarge(CellError):
    """More than 14 digits before the decimal point."""

    code = "amount_too_large"
    template = _("This amount has more than 14 digits before the decimal point.")


class AmountTooPrecise(CellError):
    """More than 10 digits after the decimal point."""

    code = "amount_too_precise"
    template = _("This amount has more than 10 digits after the decimal point.")


class QuantityMissing(CellError):
    """No number where one is needed."""

    code = "quantity_missing"
    template = _("The quantity is missing.")


class NotAQuantity(CellError):
    """Not a whole number of pieces."""

    code = "not_a_quantity"
    template = _("This is not a whole number of pieces.")


class NotAMoment(CellError):
    """Not a date or time in any known shape."""

    code = "not_a_moment"
    template = _("This is not a date or time.")


class MomentOutOfRange(CellError):
    """A date before 2000 or after 2099."""

    code = "moment_out_of_range"
    template = _("This date is not between 2000 and 2099.")


class NotAWaybill(CellError):
    """Not a waybill number."""

    code = "not_a_waybill"
    template = _("This is not a waybill number.")
