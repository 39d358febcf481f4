"""Why a file was refused: one class a reason, with a code for programs and a sentence for the person."""

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
