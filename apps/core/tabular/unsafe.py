"""Why a file's contents are not opened at all: programs, links to elsewhere, and archives that are made to harm."""

from django.utils.translation import gettext_lazy as _

from apps.core.tabular.errors import TabularError


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
