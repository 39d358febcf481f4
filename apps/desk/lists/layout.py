"""Which columns a person sees on a list page, read from what they kept; what no longer exists is dropped."""

from dataclasses import dataclass

from apps.desk.lists.spec import Column, ListSpec
from apps.desk.models import SavedView
from apps.desk.queries.views import Kept


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: in the page's own order. density: empty or "dense"."""

    columns: tuple[Column, ...]
    density: str

    @property
    def keys(self) -> list[str]:
        """The keys of the columns."""
        return [column.key for column in self.columns]


def layout_of(spec: ListSpec, kept: Kept, view: SavedView | None, *, can_select: bool) -> Layout:
    """The open view's columns, else the person's own, else the page's usual ones; fixed columns are always there."""
    source = view if view and view.columns else kept.layout
    known = set(source.columns) & set(spec.columns_by_key) if source and source.columns else None
    columns = tuple(
        column
        for column in spec.columns
        if (column.is_fixed or (column.is_shown if known is None else column.key in known))
        and (can_select or column.key != "pick")
    )
    return Layout(columns, kept.layout.density if kept.layout else "")


def choices_of(spec: ListSpec) -> list[Column]:
    """The columns that a person may switch on and off."""
    return [column for column in spec.columns if not column.is_fixed]
