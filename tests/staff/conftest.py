"""The builders, for the tests of this folder; others name them as their plug-in."""

from tests.staff.builders import a_sheet, bands, dora, fully, hana, leo, minimum, on_staff, printed, terms

__all__ = ["a_sheet", "bands", "dora", "fully", "hana", "leo", "minimum", "on_staff", "printed", "terms"]
