"""List pages: one view for all of them, told apart by their declaration."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.desk.actions.export import request_export
from apps.desk.doors import DeskRequest, attempt, go, is_fragment, needs, page, tell
from apps.desk.lists.chips import chips_of, reason_choices
from apps.desk.lists.layout import choices_of, layout_of
from apps.desk.lists.platform_orders import PLATFORM_ORDERS, mirrored_like
from apps.desk.lists.query import ListQuery, read_query
from apps.desk.lists.shipping_orders import ORDER_DESK
from apps.desk.lists.spec import ListSpec
from apps.desk.lists.table import table_of
from apps.desk.marks import short
from apps.desk.navigation import badges_of
from apps.desk.pasted import keep_pasted, pasted_texts
from apps.desk.queries.choices import StoreChoice, rules_of, stores_of
from apps.desk.queries.counts import counts_of
from apps.desk.queries.views import Kept, kept_for

SPECS = {spec.page: spec for spec in (ORDER_DESK, PLATFORM_ORDERS)}


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as the page shows it."""

    key: str
    label: Any
    tone: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view as the page shows it."""

    pk: int
    name: str
    link: str
    is_shared: bool
    is_mine: bool
    is_current: bool


@needs("orders.view_shippingorder")
def orders(request: DeskRequest) -> HttpResponse:
    """The order desk. Clerks begin with what is to confirm, everybody else with all orders."""
    may = {right: request.by.may(f"orders.{right}") for right in ("confirm", "hold", "export_order")}
    may["plan_wave"] = request.by.may("warehouse.plan_wave")
    return _list_page(request, ORDER_DESK, "to_confirm" if may["confirm"] else "all", may)


@needs("orders.view_order")
def platform_orders(request: DeskRequest) -> HttpResponse:
    """Platform orders as they are mirrored."""
    return _list_page(request, PLATFORM_ORDERS, "all", {})


@needs("orders.view_shippingorder", "orders.export_order")
@require_POST
def orders_export(request: DeskRequest) -> HttpResponse:
    """What is filtered is what is exported, as a job (SEC-31)."""
    query = read_here(request, ORDER_DESK, request.POST, stores_of(request.by))
    job, refusal = attempt(request, lambda: request_export(query, by=request.by))
    if job is None:
        return tell(request, HttpResponse(status=204), refusal, tone="bad")
    return go(request, reverse("desk:job", args=[job.pk]))


def read_here(
    request: HttpRequest, spec: ListSpec, data: QueryDict, stores: Mapping[int, StoreChoice], default_tab: str = ""
) -> ListQuery:
    """The list query in a request, long pasted texts of its session included."""
    return read_query(spec, data, stores=stores, default_tab=default_tab, pasted=pasted_texts(request))


def _list_page(request: DeskRequest, spec: ListSpec, default_tab: str, may: Mapping[str, bool]) -> HttpResponse:
    stores = stores_of(request.by)
    query = read_here(request, spec, _asked(request), stores, default_tab)
    kept = kept_for(spec.page, request.by)
    layout = layout_of(
        spec, kept, kept.view(query.view), can_select=any(may.get(right) for right in ("confirm", "hold", "plan_wave"))
    )
    reasons = reason_choices(rules_of()) if spec.has_reasons else {}
    # Before the table, which shows one of the tabs' counts.
    context = {
        **_head(request, query, kept, stores),
        "spec": spec,
        "density": layout.density,
        "chips": chips_of(query, stores, reasons),
        "everywhere": f"?{query.but(tab='all').link()}",
        "mirrored": mirrored_like(query.text, request.by) if spec is ORDER_DESK else "",
        "can_import": request.by.may("orders.add_importbatch"),
        "table": table_of(query, layout.columns, stores, request.by),
    }
    if is_fragment(request, "results"):
        return _region(request, query, context)
    around = {
        "query": query,
        "stores": [store for store in stores.values() if store.is_active or store.pk in query.stores],
        "reasons": reasons.items(),
        "choices": choices_of(spec),
        "shown": layout.keys,
        "may": may,
        "can_share": request.by.may("desk.share_savedview"),
    }
    return page(request, "desk/list.html", {**context, **around})


def _head(request: DeskRequest, query: ListQuery, kept: Kept, stores: Mapping[int, StoreChoice]) -> dict[str, Any]:
    """Tabs and saved views of a whole page. A list that redraws itself has changed: it counts tabs and sidebar anew."""
    fresh = request.headers.get("HX-Trigger") == "results"
    if is_fragment(request, "results") and not fresh:
        return {}
    return {"fresh": fresh, "tabs": _tabs(request, query), "views": _views(request, query, kept, stores)}


def _asked(request: DeskRequest) -> QueryDict:
    """The query in the address; a long pasted text comes as a form, because an address would be too long for it."""
    if request.method != "POST":
        return request.GET
    data = request.POST.copy()
    data["q"] = keep_pasted(request, data.get("q", ""))
    return data


def _region(request: DeskRequest, query: ListQuery, context: dict[str, Any]) -> HttpResponse:
    response = page(request, "desk/_results.html", context)
    response["HX-Push-Url"] = f"{request.path}?{query.link()}"
    return response


def _tabs(request: DeskRequest, query: ListQuery) -> list[TabLink]:
    """The tabs with their counts; the sidebar's counts are asked for in the same statement."""
    names = {tab.key: f"{query.spec.counts}.{tab.key}" for tab in query.spec.tabs if tab.is_counted}
    counts = counts_of([*names.values(), *badges_of(request.by), "my.notices"], request.by)
    return [
        TabLink(
            key=tab.key,
            label=tab.label,
            tone=tab.tone,
            count=short(counts[names[tab.key]]) if tab.key in names else "",
            is_current=tab.key == query.tab and query.view is None,
        )
        for tab in query.spec.tabs
    ]


def _views(request: DeskRequest, query: ListQuery, kept: Kept, stores: Mapping[int, StoreChoice]) -> list[ViewLink]:
    """Saved views read through the filters that exist now, so that an old one never breaks the page."""
    links = []
    for view in kept.views:
        link = replace(read_query(query.spec, view.query, stores=stores), view=view.pk).link()
        is_mine, is_current = view.user_id == request.by.id, view.pk == query.view
        links.append(ViewLink(view.pk, view.name, f"?{link}", view.is_shared, is_mine, is_current))
    return links
