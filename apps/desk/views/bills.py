"""Bills: upload, the sums before the import, and the bill as the books have it."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.errors import DomainError
from apps.desk.doors import STOP_POLLING, DeskRequest, attempt, found, go, is_fragment, is_htmx, needs, page, tell
from apps.desk.posted import key_in
from apps.desk.queries.bills import PAID_BY_ALIPAY, bill_sheet, bills_of
from apps.desk.queries.choices import stores_of
from apps.desk.queries.counts import forget_counts
from apps.finance.actions.bill import discard_bill, import_bill
from apps.finance.actions.receive import receive_bills
from apps.finance.models import Bill

ON_PAGE = 60


@needs("finance.view_bill")
def bills(request: DeskRequest) -> HttpResponse:
    """The bills of the stores one works for, with the form for the next upload."""
    return _listed(request)


@needs("finance.view_bill", "finance.add_bill")
@require_POST
def upload(request: DeskRequest) -> HttpResponse:
    """Take the files and have each checked; nothing in the books changes."""
    store = key_in(request.POST.get("store", "")) or 0
    files = request.FILES.getlist("files")
    try:
        rows = receive_bills(store, files, by=request.by)  # type: ignore[arg-type]  # Django's upload fits the protocol
    except DomainError as refusal:
        context = {"refusal": refusal.sentence, "known": refusal.data.get("bill")}
        if is_htmx(request):
            return page(request, "desk/bills/_refusal.html", context)
        return _listed(request, **context)
    forget_counts(request.by)
    return go(request, reverse("desk:bill", args=[rows[0].pk]) if len(rows) == 1 else reverse("desk:bills"))


@needs("finance.view_bill")
def bill(request: DeskRequest, pk: int) -> HttpResponse:
    """One bill. While a job works on it the page asks every two seconds; 286 tells it to stop."""
    sheet = bill_sheet(_bill(request, pk), request.by)
    context = {"sheet": sheet, "may_match": request.by.may("finance.match_line")}
    if is_fragment(request, "bill"):
        response = page(request, "desk/bills/_bill.html", context)
        response.status_code = 200 if sheet.is_busy else STOP_POLLING
        return response
    return page(request, "desk/bills/bill.html", context)


@needs("finance.view_bill", "finance.run_bill")
@require_POST
def run(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a checked bill into the books."""
    _bill(request, pk)
    _done, refusal = attempt(request, lambda: import_bill(pk, by=request.by))
    return _back(request, pk, refusal, _("The import has begun."))


@needs("finance.view_bill", "finance.add_bill")
@require_POST
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw a bill away; its file may be uploaded again."""
    _bill(request, pk)
    _done, refusal = attempt(request, lambda: discard_bill(pk, by=request.by))
    return _back(request, pk, refusal, _("The bill was discarded; nothing was imported."))


def _listed(request: DeskRequest, **context: object) -> HttpResponse:
    stores = [store for store in stores_of(request.by).values() if store.is_active and store.platform in PAID_BY_ALIPAY]
    shown = {
        "bills": bills_of(request.by)[:ON_PAGE], "stores": stores, "may_add": request.by.may("finance.add_bill"),
    }  # fmt: skip
    return page(request, "desk/bills/bills.html", {**shown, **context})


def _bill(request: DeskRequest, pk: int) -> Bill:
    rows = Bill.objects.select_related("store", "received_by", "check_job__requested_by", "import_job__requested_by")
    return found(rows, request.by, pk=pk)


def _back(request: DeskRequest, pk: int, refusal: str, sentence: str) -> HttpResponse:
    back = HttpResponseRedirect(reverse("desk:bill", args=[pk]))
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
