"""Why a file or a cell was refused: one class a reason, with a code for programs and a sentence for the person."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import DomainError
from apps.core.speech import filled

Sentence = str | Promise


class TabularError(DomainError):
    """A table file that cannot be used as it is.

    A subclass declares its `code`, which is stable and meant for programs, and its `template`; `data` holds plain
    values (text and whole numbers), and `sentence` is a lazy text with those values in it.
    """

    code: str = "tabular"
    template: ClassVar[Sentence] = _("The file cannot be read.")

    def __init__(self, **data: Any) -> None:
        super().__init__(filled(self.template, **self.spoken(data)), **data)

    def spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """The values as the sentence shows them; a subclass may replace a code by words."""
        return data


class CellError(TabularError):
    """One cell that cannot be taken: its row is refused, the file goes on."""

    code = "cell"
    template = _("The cell cannot be read.")


# The file as a whole


class EmptyFile(TabularError):
    """Nothing was uploaded."""

    code = "empty_file"
    template = _("The file is empty.")


class FileTooLarge(TabularError):
    """More bytes than this kind of file may have. Data: limit, in MB."""

    code = "file_too_large"
    template = _("The file is larger than %(limit)s MB. Export a shorter period and upload the parts one by one.")


class NotATable(TabularError):
    """Something else than a table. Data: kind, one of the keys of `kinds`."""

    code = "not_a_table"
    template = _("This is not a table but %(kind)s. Upload the export as csv or xlsx.")
    kinds: ClassVar[dict[str, Sentence]] = {
        "pdf": _("a PDF document"),
        "picture": _("a picture"),
        "archive": _("an archive of a kind that cannot be opened here"),
        "program": _("a program"),
        "office": _("another kind of office document"),
        "markup": _("a page or drawing without a table"),
        "unknown": _("a file of unknown kind"),
    }

    def spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """The kind in words."""
        return {"kind": self.kinds[data["kind"]]}


class WebPage(TabularError):
    """A web page without a data table, saved under the name of a table."""

    code = "web_page"
    template = _("This is a web page, probably an expired log-in. Log in to the platform again and repeat the export.")


class PasswordProtected(TabularError):
    """Encrypted workbook or archive."""

    code = "password_protected"
    template = _("The file is protected by a password. Remove the password and upload it again.")


class DamagedFile(TabularError):
    """The container does not hold together: cut off, overwritten, or put together by hand."""

    code = "damaged_file"
    template = _("The file is cut off or damaged. Download it from the platform again.")


class TooComplex(TabularError):
    """Reading the workbook would need more memory or time than one file may have."""

    code = "too_complex"
    template = _("Reading this file would need too much memory or time. Export a shorter period, or export it as csv.")


# Unsafe contents


class MacroWorkbook(TabularError):
    """A workbook with a program in it."""

    code = "macro_workbook"
    template = _("The workbook contains macros. Save it as xlsx without macros and upload it again.")


class ExternalLinks(TabularError):
    """A workbook whose values come from other files."""

    code = "external_links"
    template = _("The workbook takes values from other files. Save it with plain values and upload it again.")


class DocumentType(TabularError):
    """XML with a document type or own entities: never needed in a table, often an attack."""

    code = "document_type"
    template = _("The file contains a document type declaration, which a table never needs. Export it again.")


class NestedArchive(TabularError):
    """An archive or workbook inside an archive. Data: name."""

    code = "nested_archive"
    template = _("“%(name)s” is an archive or workbook inside the archive. Unpack it and upload that file alone.")


class UnsafeMemberName(TabularError):
    """A file in the archive wants to be written somewhere else. Data: name."""

    code = "unsafe_member_name"
    template = _("The archive contains a file with an unsafe name: “%(name)s”.")


class SymbolicLink(TabularError):
    """The archive holds a link or device instead of a file. Data: name."""

    code = "symbolic_link"
    template = _("“%(name)s” in the archive is not a file but a link to another place.")


class TooManyMembers(TabularError):
    """More files in the archive than are looked at. Data: limit."""

    code = "too_many_members"
    template = _("The archive contains more than %(limit)s files.")


class ExpandsTooFar(TabularError):
    """Unpacked contents over the limit. Data: limit, in MB."""

    code = "expands_too_far"
    template = _("Unpacked, the contents are larger than %(limit)s MB. Export a shorter period.")


class CompressedTooTightly(TabularError):
    """So much smaller than its contents that it is probably made to exhaust the machine. Data: limit, as a factor."""

    code = "compressed_too_tightly"
    template = _("The contents are more than %(limit)s times as large as the file, which no real table is.")


class WrongSizes(TabularError):
    """A member unpacks to another size than the archive states. Data: name."""

    code = "wrong_sizes"
    template = _("The archive states a wrong size for “%(name)s”. Download it from the platform again.")


# Finding the table


class NoTableInArchive(TabularError):
    """The archive holds no file that could be a table."""

    code = "no_table_in_archive"
    template = _("There is no table in the archive.")


class SeveralTables(TabularError):
    """More than one sheet or file fits. Data: names, how many, joined for reading."""

    code = "several_tables"
    template = _("Several tables fit: %(names)s. Leave only one of them in the file, or choose one.")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names=" / ".join(names))


class HeaderNotFound(TabularError):
    """No row looks like the header of this kind of file. Data: rows searched."""

    code = "header_not_found"
    template = _(
        "None of the first %(rows)s rows holds the column names of this kind of file. Was another export chosen?"
    )


class MissingColumn(TabularError):
    """The header is there but lacks columns that are needed. Data: names."""

    code = "missing_column"
    template = _("These columns are missing: %(names)s. Choose them in the platform's export and repeat it.")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names=" / ".join(names))


class DuplicateColumn(TabularError):
    """A needed column name stands in the header twice. Data: name."""

    code = "duplicate_column"
    template = _("The column “%(name)s” appears more than once. Use the file as the platform wrote it.")


# Reading its rows


class Undecodable(TabularError):
    """Bytes that are no text in the file's encoding. Data: line, encoding."""

    code = "undecodable"
    template = _("Line %(line)s is not readable as text (%(encoding)s). The file is damaged or of mixed encodings.")


class CutFile(TabularError):
    """The text ends inside a row. Data: row."""

    code = "cut_file"
    template = _("The file ends in the middle of row %(row)s: it is cut off. Download it from the platform again.")


class BrokenQuotes(TabularError):
    """Quotation marks that do not pair up. Data: row."""

    code = "broken_quotes"
    template = _("The quotation marks in row %(row)s do not pair up, so its columns cannot be told apart.")


class CellTooLong(TabularError):
    """A cell with more characters than Excel allows: usually a quotation mark is missing. Data: row, limit."""

    code = "cell_too_long"
    template = _(
        "A cell in row %(row)s is longer than %(limit)s characters. Probably a quotation mark is missing there."
    )


class LineTooLong(TabularError):
    """A text file without line ends where there should be some."""

    code = "line_too_long"
    template = _("The file holds a line that is much too long for a row of a table.")


class TooManyRows(TabularError):
    """Data: limit."""

    code = "too_many_rows"
    template = _("The table has more than %(limit)s rows. Export a shorter period, or export it as csv.")


class TooManyColumns(TabularError):
    """Data: limit."""

    code = "too_many_columns"
    template = _("The table has more than %(limit)s columns.")


class RowsDoNotFit(TabularError):
    """So many rows do not fit the header that the header cannot be right. Data: count."""

    code = "rows_do_not_fit"
    template = _("%(count)s rows do not fit the header. The columns cannot be told apart.")


class DataAfterFooter(TabularError):
    """Many rows follow the closing lines, as in two files glued together. Data: row."""

    code = "data_after_footer"
    template = _("Rows go on after the closing lines at row %(row)s. Upload one export at a time.")


# Single cells


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
