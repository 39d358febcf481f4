"""The day's pick list: style, then single or several pieces, then colour, with totals; gifts apart (WHS-17, WHS-24)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Size(StrEnum):
    """Whether a parcel holds one bought piece or several; gifts do not count."""

    SINGLE = "single"
    MULTI = "multi"


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of a shipping order of the day. style: the product's code, title its name; barcode: the SKU's."""

    order: int
    style: str
    title: str
    colour: str
    size: str
    sku: str
    quantity: int
    is_gift: bool = False
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size of a colour, which is one SKU: what is scanned at the shelf, and how many pieces."""

    size: str
    sku: str
    pieces: int
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class ColourRow:
    """One colour: in how many orders, how many pieces, and of which sizes."""

    colour: str
    orders: int
    pieces: int
    sizes: tuple[SizeRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Orders of one piece, or of several."""

    size: Size
    rows: tuple[ColourRow, ...]

    @property
    def pieces(self) -> int:
        """Pieces of the block."""
        return sum(row.pieces for row in self.rows)


@dataclass(frozen=True, slots=True)
class Style:
    """One style with its total (款式)."""

    style: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def pieces(self) -> int:
        """Pieces of the style, gifts not among them."""
        return sum(block.pieces for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift item and how many the day needs. barcode: "" while the item has none."""

    sku: str
    title: str
    pieces: int
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class DailyList:
    """The whole list. orders: how many parcels; pieces: bought ones."""

    styles: tuple[Style, ...] = ()
    gifts: tuple[Gift, ...] = ()
    orders: int = 0
    pieces: int = field(default=0)

    @property
    def gift_pieces(self) -> int:
        """How many gifts in all."""
        return sum(gift.pieces for gift in self.gifts)


def daily_list(lines: Iterable[DayLine]) -> DailyList:
    """Group the lines of a day's orders. Every piece is counted once. Rules: WHS-17, WHS-24; example EX-82."""
    every = list(lines)
    bought = [line for line in every if not line.is_gift]
    per_order: Counter[int] = Counter()
    by_style: dict[str, list[DayLine]] = defaultdict(list)
    for line in bought:
        per_order[line.order] += line.quantity
        by_style[line.style].append(line)
    styles = tuple(_style(code, found, per_order) for code, found in sorted(by_style.items()))
    gifts = _gifts([line for line in every if line.is_gift])
    return DailyList(styles, gifts, len({line.order for line in every}), sum(style.pieces for style in styles))


def _style(code: str, lines: Sequence[DayLine], per_order: Counter[int]) -> Style:
    by_size: dict[Size, list[DayLine]] = {Size.SINGLE: [], Size.MULTI: []}
    for line in lines:
        by_size[Size.SINGLE if per_order[line.order] == 1 else Size.MULTI].append(line)
    blocks = tuple(Block(size, _colours(found)) for size, found in by_size.items() if found)
    return Style(code, lines[0].title, blocks)


def _colours(lines: Sequence[DayLine]) -> tuple[ColourRow, ...]:
    by_colour: dict[str, list[DayLine]] = defaultdict(list)
    for line in lines:
        by_colour[line.colour].append(line)
    return tuple(_colour(colour, found) for colour, found in sorted(by_colour.items()))


def _colour(colour: str, lines: Sequence[DayLine]) -> ColourRow:
    pieces: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        pieces[line.size, line.sku, line.barcode] += line.quantity
    sizes = tuple(SizeRow(size, sku, count, barcode) for (size, sku, barcode), count in sorted(pieces.items()))
    return ColourRow(colour, len({line.order for line in lines}), sum(pieces.values()), sizes)


def _gifts(lines: Sequence[DayLine]) -> tuple[Gift, ...]:
    pieces: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        pieces[line.sku, line.title, line.barcode] += line.quantity
    return tuple(Gift(sku, title, count, barcode) for (sku, title, barcode), count in sorted(pieces.items()))
