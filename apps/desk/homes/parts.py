"""What a first page is made of."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from apps.desk.homes.first_steps import Step
from apps.desk.queries import home as read
from apps.desk.rules.clocks import TimeLeft


@dataclass(frozen=True, slots=True)
class Tile:
    """A number to act on, with the list behind it."""

    label: str
    count: str
    icon: str
    tone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of the last fourteen days and how it went."""

    label: str
    value: str
    drawing: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a short list."""

    title: str
    note: str
    url: str = ""
    mark: str = ""
    badge: str = ""
    left: TimeLeft | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A short list with a way to the long one."""

    title: str
    rows: list[Row]
    nothing: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """One home page. steps: what a company that has just begun does next; stores: open work per store."""

    tiles: list[Tile] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    wide: list[Feed] = field(default_factory=list)
    narrow: list[Feed] = field(default_factory=list)
    stores: list[read.StoreWork] = field(default_factory=list)
    hint: str | Promise = ""
    steps: list[Step] = field(default_factory=list)
