"""The timeline of a record: who, when, which verb, from what to what, and why, in the reader's language."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.org.questions import HISTORY, Told

MOST_CHANGES = 200
DASH = "–"
PAGE_VERBS: dict[str, str | Promise] = {
    "add": gettext_lazy("Added"),
    "change": gettext_lazy("Edited"),
    "changelist": gettext_lazy("Changed from the list"),
    "press": gettext_lazy("Changed by a button"),
}
HOUSE_VERBS: dict[str, str | Promise] = {
    "core.seed": gettext_lazy("Loaded with the first data"),
    "org.company.set_up": gettext_lazy("Set up with the company"),
    "sheets.sheet.apply": gettext_lazy("Brought in by a sheet"),
}
SOURCES: dict[str, str | Promise] = {
    "page": gettext_lazy("work page"),
    "admin": gettext_lazy("records"),
    "api": gettext_lazy("API"),
    "task": gettext_lazy("automatic"),
    "command": gettext_lazy("command line"),
}
LABELS: dict[str, str | Promise] = {
    "insert": gettext_lazy("Created"),
    "delete": gettext_lazy("Removed"),
    "update": gettext_lazy("Changed"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of one change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, in words. of: which other record it is about, when it is not the page's own."""

    at: dt.datetime
    verb: str
    actor: str
    source: str
    reason: str
    of: str = ""
    state: Shown | None = None
    columns: list[Shown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Happened:
    """A change, and the model of the row that it changed."""

    model: type[models.Model]
    change: Told
    is_own: bool


Names = Mapping[type[models.Model], Mapping[Any, str]]


class TimelineMixin:
    """A record page whose history page is the timeline.

    history_of: tracked models whose rows belong to the record, as (model, name of the key to it). verb_labels: what a
    signature is called here. column_words: how to say a column that is more than one value.
    """

    admin_site: Any
    model: type[models.Model]
    opts: Any
    media: Any
    get_object: Callable[..., Any]
    has_view_or_change_permission: Callable[..., bool]
    _get_obj_does_not_exist_redirect: Callable[..., Any]
    history_of: ClassVar[Sequence[tuple[type[models.Model], str]]] = ()
    verb_labels: ClassVar[Mapping[str, str | Promise]] = {}
    column_words: ClassVar[Mapping[str, Callable[[Any], str]]] = {}

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The timeline of one record that the person may know of."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        happened = self.happened(row)
        quiet = self.quiet_columns(request)
        lines = lines_of(happened, self, lambda model, ids: self.names_of(model, ids, request), quiet=quiet)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Timeline: %(record)s") % {"record": row},
            "opts": self.opts,
            "original": row,
            "object": row,
            "lines": lines,
            "is_capped": len(happened) >= MOST_CHANGES,
            "bound": MOST_CHANGES,
            "media": self.media,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/timeline.html", context)

    def happened(self, row: models.Model) -> list[Happened]:
        """What happened to the record and to the rows that belong to it, newest first."""
        historian = HISTORY.ask()
        found = [Happened(self.model, change, True) for change in historian.changes_of(row, limit=MOST_CHANGES)]
        for model, key in self.history_of:
            changes = historian.changes_among(model, limit=MOST_CHANGES, **{key: row.pk})
            found += [Happened(model, change, False) for change in changes]
        return sorted(found, key=lambda each: each.change.at, reverse=True)[:MOST_CHANGES]

    def verb_label(self, signature: str, label: str) -> str:
        """What the person did, in words: the page's own list, then the records' own verbs, then what the row says."""
        known = {**HOUSE_VERBS, **self.verb_labels}
        if signature in known:
            return str(known[signature])
        door, _dot, page = signature.partition(".")
        if door == "admin":
            verb = next((text for end, text in PAGE_VERBS.items() if page.endswith(f"_{end}")), None)
            if verb is not None:
                return str(verb)
        return signature or str(LABELS[label])

    def quiet_columns(self, request: HttpRequest) -> set[str]:
        """Columns that say nothing beside the line itself, or nothing to this reader."""
        return set()

    def reason_words(self, verb: str, reason: str) -> str:
        """The reason as it is shown; a page whose verbs write codes into it says them in words."""
        return reason

    def names_of(self, model: type[models.Model], ids: set[Any], request: HttpRequest) -> dict[Any, str]:
        """The names behind keys; a row that the person may not know of keeps only its number."""
        from apps.org.records.scoped import known_rows  # noqa: PLC0415 - the base builds on this mixin

        return {row.pk: str(row) for row in known_rows(self.admin_site, model, request).filter(pk__in=ids)}


def lines_of(
    happened: Sequence[Happened],
    page: TimelineMixin,
    names_of: Callable[[type[models.Model], set[Any]], Mapping[Any, str]],
    *,
    quiet: Collection[str] = (),
) -> list[Line]:
    """Changes in words; one statement per kind of related record, whatever the length."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for each in happened:
        for column, pair in each.change.columns.items():
            target = _target(each.model, column)
            if target is not None:
                wanted[target] |= {value for value in pair if value is not None}
    names = {model: names_of(model, ids) for model, ids in wanted.items()}
    return [_line(each, page, names, quiet if each.is_own else ()) for each in happened]


def _line(each: Happened, page: TimelineMixin, names: Names, quiet: Collection[str]) -> Line:
    change = each.change
    words = page.column_words if each.is_own else {}
    told = {column: pair for column, pair in change.columns.items() if column not in quiet}
    shown = {column: _shown(each.model, column, pair, names, words.get(column)) for column, pair in told.items()}
    state = shown.pop("state", None)
    return Line(
        at=change.at,
        verb=page.verb_label(change.verb, change.label) if each.is_own else str(LABELS[change.label]),
        actor=change.actor,
        source=str(SOURCES.get(change.source, change.source)),
        reason=page.reason_words(change.verb, change.reason),
        of="" if each.is_own else capfirst(str(each.model._meta.verbose_name)),
        state=state,
        columns=list(shown.values()),
    )


def _field(model: type[models.Model], column: str) -> Any:
    try:
        return model._meta.get_field(column)
    except FieldDoesNotExist:
        return None


def _target(model: type[models.Model], column: str) -> type[models.Model] | None:
    found = _field(model, column)
    return found.remote_field.model if found is not None and found.remote_field else None


def _shown(
    model: type[models.Model], column: str, pair: Iterable[Any], names: Names, say: Callable[[Any], str] | None
) -> Shown:
    found = _field(model, column)
    label = capfirst(str(found.verbose_name)) if found is not None else column
    before, after = (say(value) or DASH if say else in_words(found, value, names) for value in pair)
    return Shown(label, before, after)


def in_words(column: Any, value: Any, names: Names) -> str:
    """One value as a person reads it."""
    if value is None or value == "":
        return DASH
    if column is not None and column.remote_field:
        return names.get(column.remote_field.model, {}).get(value, f"#{value}")
    if getattr(column, "flatchoices", None):
        return str(dict(column.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, dt.date):
        return date_format(value, "Y-m-d")
    if isinstance(value, bytes | memoryview):
        return _("(not shown)")
    if isinstance(value, list | dict):
        return DjangoJSONEncoder(ensure_ascii=False).encode(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
