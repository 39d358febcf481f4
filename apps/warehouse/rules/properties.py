"""Colour and size out of what a SKU says about itself, for lists that are grouped by them (WHS-17, WHS-18)."""

import re
from dataclasses import dataclass

COLOUR_NAMES = frozenset({"颜色", "颜色分类", "主要颜色", "色号", "花色", "colour", "color"})
SIZE_NAMES = frozenset({"尺码", "尺寸", "规格", "码数", "大小", "容量", "鞋码", "size"})
_PARTS = re.compile(r"[;；\n|]+")
_COMMAS = re.compile(r"[,，、/]+")
_PAIR = re.compile(r"\s*([^:：]+?)\s*[:：]\s*(.*?)\s*")
_SIZE = re.compile(
    r"(?:[0-9]*X{0,4}[SL]|[0-9]{1,2}XL|M|F|均码|[大中小]号|特[大小]号"
    r"|[0-9]+(?:\.[0-9]+)?(?:[*x×][0-9]+(?:\.[0-9]+)?)*(?:ml|l|cm|mm|m|g|kg|码|寸|英寸|号|毫升|升|厘米|米|克)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Variant:
    """What tells one SKU of a style from another. Empty when it does not say."""

    colour: str = ""
    size: str = ""
    other: str = ""


def variant_of(properties: str) -> Variant:
    """Read `颜色:红;尺码:M`, with full or half signs, or the bare `红色,M` that some platforms write.

    Names decide where there are names; bare values are a size when they look like one, else the first is the colour.
    What is neither stays in `other`, so that nothing is lost from a paper.
    """
    colours: list[str] = []
    sizes: list[str] = []
    others: list[str] = []
    for name, value in _pairs(properties):
        folded = name.casefold()
        if folded in COLOUR_NAMES or (not name and not colours and not _SIZE.fullmatch(value)):
            colours.append(value)
        elif folded in SIZE_NAMES or (not name and _SIZE.fullmatch(value)):
            sizes.append(value)
        else:
            others.append(f"{name}:{value}" if name else value)
    return Variant(" ".join(colours), " ".join(sizes), " ".join(others))


def _pairs(properties: str) -> list[tuple[str, str]]:
    found = []
    for part in filter(None, map(str.strip, _PARTS.split(properties))):
        if pair := _PAIR.fullmatch(part):
            found.append((pair[1], pair[2]))
        else:
            found.extend(("", value) for value in map(str.strip, _COMMAS.split(part)) if value)
    return [(name, value) for name, value in found if value]
