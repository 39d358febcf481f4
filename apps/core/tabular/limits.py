"""How much a file may hold before anybody starts to read it."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may cost. Sizes in bytes; rows are data rows without header and closing lines.

    text_bytes: csv and tsv as they are; container_bytes: xlsx, xls, zip and pages saved as .xls.
    members, member_bytes: files in a zip and what they may unpack to, all together, counted while they stream.
    workbook_bytes, ratio: what an xlsx may unpack to, and how many times larger than the file anything may become.
    sheet_rows: rows of xlsx, xls and pages; text_rows: rows of csv and tsv.
    A hundred thousand orders of the widest export, seventy columns, are 45 MB and unpack to 310.
    sheet_cells: cells of one sheet, blanks included. cell_characters: as in Excel. line_bytes: one line of text.
    """

    text_bytes: int = 200 * MEGABYTE
    container_bytes: int = 64 * MEGABYTE
    members: int = 200
    member_bytes: int = 1024 * MEGABYTE
    workbook_bytes: int = 512 * MEGABYTE
    ratio: int = 200
    sheet_rows: int = 100_000
    text_rows: int = 1_000_000
    columns: int = 512
    sheet_cells: int = 10_000_000
    cell_characters: int = 32_767
    line_bytes: int = 8 * MEGABYTE
