"""Stock: what lies where, what is set aside for whom, and what is missing."""

from typing import BinaryIO

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.desk.doors import DeskRequest, attempt, found, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.board import warehouses_of
from apps.desk.queries.stock import SHORT, TABS, Asked, balances_asked, balances_page, sku_stock
from apps.desk.queries.stock_sources import sheet_behind
from apps.desk.queries.timeline import Entry, timeline_of_row
from apps.desk.workbooks import workbook
from apps.warehouse.actions import export_stock
from apps.warehouse.actions.stock_documents import cancel_stock_document, post_stock_document
from apps.warehouse.models import StockBalance, StockDocument
from apps.warehouse.queries.stock import shortages
from apps.warehouse.workflows.stock_document import StockDocumentState
from apps.workflow.buttons import buttons_for

LONGEST_TEXT = 80
LINES_SHOWN = 300
DOCUMENT_VERBS = {
    "post": (post_stock_document, _("Posted; the stock has changed.")),
    "cancel": (cancel_stock_document, _("The draft was discarded; no stock has changed.")),
}


@needs("warehouse.view_stockbalance")
def stock(request: DeskRequest) -> HttpResponse:
    """Balances of one's own warehouses, or the SKUs that orders wait for."""
    asked = _asked(request.GET)
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
        "may_export": request.by.may("warehouse.export_stock"),
    }
    return page(request, "desk/stock/stock.html", context)


@needs("warehouse.view_stockbalance")
def stock_of(request: DeskRequest, warehouse_pk: int, sku_pk: int) -> HttpResponse:
    """One SKU in one warehouse."""
    rows = StockBalance.objects.select_related("warehouse", "sku__product")
    balance = found(rows, request.by, warehouse=warehouse_pk, sku=sku_pk)
    return page(request, "desk/stock/sku.html", {"stock": sku_stock(balance, request.by)})


@needs("warehouse.view_stockdocument")
def stock_document(request: DeskRequest, pk: int) -> HttpResponse:
    """A stock document: why stock changed by hand, its lines, and the import that it was made of."""
    document = found(StockDocument.objects.select_related("warehouse", "drafted_by"), request.by, pk=pk)
    lines = list(document.lines.select_related("sku", "bin")[: LINES_SHOWN + 1])
    context = {
        "document": document, "lines": lines[:LINES_SHOWN], "more": len(lines) > LINES_SHOWN,
        "sheet": sheet_behind(document, request.by), "buttons": buttons_for(document, request.by),
        "timeline": timeline_of_row(
            document, StockDocumentState, Entry(document.drafted_at, gettext("Drafted"), str(document.drafted_by or ""))
        ),
    }  # fmt: skip
    return page(request, "desk/stock/document.html", context)


@needs("warehouse.view_stockdocument", "warehouse.keep_stock")
@require_POST
def stock_document_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Post a draft to the ledger, or discard it."""
    document = found(StockDocument.objects.all(), request.by, pk=pk)
    if verb not in DOCUMENT_VERBS:
        raise Http404
    act, sentence = DOCUMENT_VERBS[verb]
    _done, refusal = attempt(request, lambda: act(document.pk, by=request.by))
    back = HttpResponseRedirect(reverse("desk:stock_document", args=[pk]))
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")


@needs("warehouse.view_stockbalance", "warehouse.export_stock")
@require_POST
def stock_export(request: DeskRequest) -> HttpResponseBase:
    """What is filtered is what is exported; the book of exports knows who took it (SEC-31)."""
    asked = _asked(request.POST)

    def write(sink: BinaryIO) -> int:
        return export_stock(balances_asked(asked, request.by), sink, query=_kept(asked), by=request.by)

    return workbook(request, gettext("Stock"), write, back=reverse("desk:stock"))


def _asked(data: QueryDict) -> Asked:
    tab, place = data.get("tab", ""), data.get("warehouse", "")
    house, sign, code = data.get("after", "")[:LONGEST_TEXT].partition("~")
    return Asked(
        tab=tab if tab in TABS else "all",
        text=data.get("q", "").strip()[:LONGEST_TEXT],
        warehouse=key_in(place),
        after=(house, code) if sign else None,
    )


def _kept(asked: Asked) -> dict[str, str]:
    wanted = {"tab": asked.tab, "q": asked.text, "warehouse": str(asked.warehouse or "")}
    return {key: value for key, value in wanted.items() if value}
