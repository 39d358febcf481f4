"""Stock: what lies where, what is set aside for whom, and what is missing."""

from django.http import HttpResponse
from django.utils.http import urlencode

from apps.desk.doors import DeskRequest, found, needs, page
from apps.desk.queries.board import warehouses_of
from apps.desk.queries.stock import SHORT, TABS, Asked, balances_page, sku_stock
from apps.warehouse.models import StockBalance
from apps.warehouse.queries.stock import shortages

LONGEST_TEXT = 80
DIGITS = 18


@needs("warehouse.view_stockbalance")
def stock(request: DeskRequest) -> HttpResponse:
    """Balances of one's own warehouses, or the SKUs that orders wait for."""
    asked = _asked(request)
    is_short = request.GET.get("tab") == SHORT
    rows, following = ([], None) if is_short else balances_page(asked, request.by)
    context = {
        "asked": asked,
        "tab": SHORT if is_short else asked.tab,
        "tabs": [(key, label) for key, (label, _q) in TABS.items()],
        "rows": rows,
        "shortages": shortages(request.by) if is_short else [],
        "next": "?" + urlencode(_kept(asked) | {"after": "~".join(following)}) if following else "",
        "warehouses": warehouses_of(request.by).values(),
        "may_document": request.by.may("warehouse.view_stockdocument"),
    }
    return page(request, "desk/stock/stock.html", context)


@needs("warehouse.view_stockbalance")
def stock_of(request: DeskRequest, warehouse_pk: int, sku_pk: int) -> HttpResponse:
    """One SKU in one warehouse."""
    rows = StockBalance.objects.select_related("warehouse", "sku__product")
    balance = found(rows, request.by, warehouse=warehouse_pk, sku=sku_pk)
    return page(request, "desk/stock/sku.html", {"stock": sku_stock(balance, request.by)})


def _asked(request: DeskRequest) -> Asked:
    tab, place = request.GET.get("tab", ""), request.GET.get("warehouse", "")
    house, sign, code = request.GET.get("after", "")[:LONGEST_TEXT].partition("~")
    return Asked(
        tab=tab if tab in TABS else "all",
        text=request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT],
        warehouse=int(place) if place.isdecimal() and len(place) <= DIGITS else None,
        after=(house, code) if sign else None,
    )


def _kept(asked: Asked) -> dict[str, str]:
    wanted = {"tab": asked.tab, "q": asked.text, "warehouse": str(asked.warehouse or "")}
    return {key: value for key, value in wanted.items() if value}
