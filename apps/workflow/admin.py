"""Record pages of rows with a machine: state and stamps only shown, moved by buttons that call the floor's verbs."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import DomainError
from apps.org.actors import Actor
from apps.org.records.actor import actor_of
from apps.org.records.buttons import PageButton
from apps.org.records.scoped import ScopedAdmin
from apps.workflow.base import verbs_of
from apps.workflow.buttons import buttons_for
from apps.workflow.move import Moved

MOST_AT_ONCE = 2_000
MOST_NAMED = 20
Verb = Callable[..., Any]
SetVerb = Callable[..., Moved]


class WorkflowAdmin(ScopedAdmin):
    """A record with a state. A concrete page only declares.

    moves: transition → the action that makes it, `{"confirm": confirm_shipping_order}`; only these get a button. An
    action takes the key, `by`, and `reason` where its verb needs one. bulk_moves: transition → the action for a set of
    keys, which reports what moved and what was refused; verbs that need a reason are for one row at a time.
    """

    moves: ClassVar[Mapping[str, Verb]] = {}
    bulk_moves: ClassVar[Mapping[str, SetVerb]] = {}

    def stamps(self) -> set[str]:
        """The columns that the machine's verbs stamp."""
        return {stamp for verb in verbs_of(self.model).values() for stamp in verb.stamps}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """State and stamps are moved by verbs alone, whatever a form sends."""
        declared = list(super().get_readonly_fields(request, obj))
        return [*declared, *(name for name in ["state", *sorted(self.stamps())] if name not in declared)]

    def quiet_columns(self, request: HttpRequest) -> set[str]:
        """A stamp says again when the line happened."""
        return self.stamps()

    def buttons(self, row: models.Model, by: Actor) -> list[PageButton]:
        """One for each move that starts here, that the actor has the right to and that this page can make."""
        return [
            PageButton(each.verb.name, each.verb.label, each.verb.tone, each.verb.needs_reason, each.refusal)
            for each in buttons_for(row, by)
            if each.verb.name in self.moves
        ]

    def press(self, name: str, row: models.Model, by: Actor, reason: str) -> str | Promise:
        """Call the action behind the button; it checks right, scope, state and guards once more, under lock."""
        if name not in self.moves:
            raise Http404
        verb = verbs_of(self.model)[name]
        self.moves[name](row.pk, by=by, **({"reason": reason} if verb.needs_reason else {}))
        return _("“%(verb)s” is done.") % {"verb": verb.label}

    def verb_label(self, signature: str, label: str) -> str:
        """The machine's own words for its verbs; verbs that share a signature are told by their states."""
        named = [verb for verb in verbs_of(self.model).values() if verb.signature == signature]
        return str(named[0].label) if len(named) == 1 else super().verb_label(signature, label)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """A bulk action for each set verb that the person has the right to."""
        found: dict[str, Any] = super().get_actions(request)
        for name in self.bulk_moves:
            verb = verbs_of(self.model)[name]
            if actor_of(request).may(verb.permission):
                found[f"move_{name}"] = (partial(_move_chosen, verb=name), f"move_{name}", verb.label)
        return found


def _move_chosen(page: WorkflowAdmin, request: HttpRequest, queryset: "models.QuerySet[Any]", *, verb: str) -> None:
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(keys) > MOST_AT_ONCE:
        messages.error(request, _("Choose at most %(count)d rows at once.") % {"count": MOST_AT_ONCE})
        return
    try:
        moved = page.bulk_moves[verb](keys, by=actor_of(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return
    _report(request, queryset, moved)


def _report(request: HttpRequest, queryset: "models.QuerySet[Any]", moved: Moved) -> None:
    """What was done as one sentence; what was not, row by row."""
    if moved.done:
        done = ngettext("%(count)d row done.", "%(count)d rows done.", len(moved.done)) % {"count": len(moved.done)}
        messages.success(request, done)
    if not moved.refused:
        return
    named = sorted(moved.refused)[:MOST_NAMED]
    names = {row.pk: str(row) for row in queryset.model._base_manager.filter(pk__in=named)}
    lines = format_html_join("", "<li>{}: {}</li>", ((names.get(pk, pk), moved.refused[pk]) for pk in named))
    count = len(moved.refused)
    head = ngettext("%(count)d row was left as it is:", "%(count)d rows were left as they are:", count) % {
        "count": count
    }
    more = count - len(named)
    tail = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more} if more else ""
    messages.warning(request, format_html('{}<ul class="record-list">{}</ul>{}', head, lines, tail))
