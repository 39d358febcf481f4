"""The base of every record page: one's own rows, what one's roles allow, and nothing that counts a million rows."""

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar, cast

from django.contrib.admin import AdminSite, ShowFacets
from django.contrib.auth import get_permission_codename
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from unfold.admin import ModelAdmin, TabularInline

from apps.org.actors import Actor
from apps.org.records import reachable  # noqa: F401 - read-only columns are drawn by it
from apps.org.records.actor import actor_of
from apps.org.records.buttons import PressMixin
from apps.org.records.lists import BoundedPaginator
from apps.org.records.refusals import RefusalMixin
from apps.org.records.timeline import TimelineMixin
from apps.org.scope import StoreScope, visible

SEARCH_BOUND = 1_000
Rows = models.QuerySet[Any]


def known_rows(site: AdminSite, model: type[models.Model], request: HttpRequest) -> Rows:
    """The rows of any model that this person may know of: what its record page lists, else what its scope opens."""
    if site.is_registered(model):
        return cast("Rows", site.get_model_admin(model).get_queryset(request))
    rows = model._default_manager.all()
    return visible(rows, actor_of(request)) if isinstance(getattr(model, "scope", None), StoreScope) else rows


class RightsMixin:
    """Who may do what with a record: the permission table, and nothing beside it.

    rights: "view", "add", "change", "delete" → the permission that opens it, where it is not Django's own for the
    model; an empty one opens it to nobody, not even a superuser.
    """

    opts: Any
    rights: ClassVar[dict[str, str]] = {}

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Whether the person has the right behind a verb."""
        right = self.rights.get(verb, f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}")
        return bool(right) and request.user.has_perm(right)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Open the page."""
        return self.may(request, "view") or self.may(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add a row."""
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change a row."""
        return self.may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Business rows are never deleted; rows that only join two others say otherwise."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Stand in the menu."""
        return self.has_view_permission(request) or self.has_add_permission(request)


class ChoicesMixin:
    """Choices of a form are rows that the person may know of: another store's row in a form is a form error."""

    admin_site: AdminSite

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Rows:
        """What a foreign key may point to."""
        return known_rows(self.admin_site, db_field.remote_field.model, request)


class ScopedAdmin(RightsMixin, ChoicesMixin, RefusalMixin, PressMixin, TimelineMixin, ModelAdmin):  # type: ignore[misc]  # the theme is not typed
    """A record page. Foreign rows do not exist: not in the list, not by key, not in choices, search, filter or history.

    search_fields are complete lookups (`number__startswith`), each asked alone so that each can use its index; at most
    the newest 1,000 finds of each are shown. search_within: lookup → what else holds for its finds, where its index
    covers only a part of the table. sortable_by names the columns that a large table has indexes for.
    """

    search_within: ClassVar[Mapping[str, models.Q]] = {}

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    list_disable_select_all = True
    view_on_site = False

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["records/records.css"]}

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """Whose rows are whose."""
        return visible(queryset, by)

    def get_queryset(self, request: HttpRequest) -> Rows:
        """The rows that this person may know of."""
        return self.rows(super().get_queryset(request), actor_of(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page as this reader gets it: what it links to depends on who reads."""
        for part in (context["adminform"], *context["inline_admin_formsets"]):
            part.model_admin = copy(part.model_admin)
            part.model_admin.reader = request
        return super().render_change_form(request, context, *args, **kwargs)

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        """Each lookup alone, newest finds first; no joins of conditions that would defeat the indexes."""
        term, lookups = search_term.strip(), self.get_search_fields(request)
        if not term or not lookups:
            return queryset, False
        if "\0" in term:
            return queryset.none(), False
        finds = [
            queryset.order_by("-pk")
            .filter(self.search_within.get(lookup, models.Q()), **{lookup: term})
            .values("pk")[:SEARCH_BOUND]
            for lookup in lookups
        ]
        found = finds[0].union(*finds[1:]) if len(finds) > 1 else finds[0]
        return queryset.filter(pk__in=found), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page's own filters ask; a crafted address is a bad request, not a way to guess columns."""
        filters = self.get_list_filter(request)
        names = {entry[0] if isinstance(entry, tuple | list) else entry for entry in filters}
        roots = {getattr(name, "parameter_name", name) for name in names}
        own = any(lookup == root or lookup.startswith(f"{root}__") for root in roots)
        return own and bool(super().lookup_allowed(lookup, value, request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The history table has it, signed; there is no second book to keep in step."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As above."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """As above."""

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseBase:
        raise Http404


class HouseWideAdmin(ScopedAdmin):
    """Records of the whole house: whoever has the right sees all of them."""

    def rows(self, queryset: Rows, by: Actor) -> Rows:
        """All."""
        return queryset


class ReadOnlyMixin:
    """Nothing is written on this page: what it shows is made elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ScopedInline(RightsMixin, ChoicesMixin, TabularInline):  # type: ignore[misc]  # as above
    """Rows that belong to the record of the page. related: what their columns show, read in the same statement."""

    extra = 0
    hide_title = True
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> Rows:
        """The rows with what they show."""
        rows: Rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows


class ReadOnlyInline(ReadOnlyMixin, ScopedInline):
    """Rows that are only shown, a page of them at a time."""

    per_page = 50
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column."""
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see the record may see its rows."""
        return True
