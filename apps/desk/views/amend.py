"""Correct an order before it ships (ORD-06): the form in the drawer, and what becomes of it."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from apps.audit.models import Reveal
from apps.core.errors import DomainError
from apps.desk.amending import AmendForm
from apps.desk.doors import DeskRequest, attempt, is_fragment, is_htmx, is_standing, needs, page, tell
from apps.desk.queries.counts import forget_counts
from apps.desk.views.orders import LIST_CHANGED, order_of, sheet_of
from apps.orders.actions import amend_order, reveal_buyer
from apps.orders.actions.amending.contact import known_contact
from apps.orders.models import ShippingOrder
from apps.orders.queries.amendable import amendable

DONE = _("The correction was written down.")
NOTHING_NEW = _("Nothing is different from before, so nothing was changed.")


@sensitive_post_parameters()
@needs("orders.view_shippingorder", "orders.amend_order")
def amend(request: DeskRequest, pk: int) -> HttpResponse:
    """The form; sent, it corrects the order or says in its place why not, with nothing changed."""
    row = order_of(request, pk)
    if request.method != "POST":
        return _shown(request, row, AmendForm(amendable(row)))
    form = AmendForm(amendable(row), request.POST)
    if not form.is_valid():
        return _shown(request, row, form)
    said = form.cleaned_data
    try:
        changed = amend_order(pk, form.wish(), reason=said["reason"], seen=said["seen"], by=request.by)
    except DomainError as refusal:
        form.refuse(refusal)
        return _shown(request, row, form)
    finally:
        forget_counts(request.by)
    return _done(request, pk, DONE if changed else NOTHING_NEW)


@sensitive_variables("plain", "contact")
@needs("orders.view_shippingorder", "orders.amend_order", "orders.reveal_buyer")
@require_POST
def amend_plain(request: DeskRequest, pk: int) -> HttpResponse:
    """The form with the known contact in it, to be corrected; the look is written down with this one purpose (SEC-25)."""
    row = order_of(request, pk)
    plain, refusal = attempt(
        request,
        lambda: reveal_buyer(row.lead_order_id, purpose=Reveal.Purpose.ADDRESS, note="", by=request.by),
    )
    contact = known_contact(row.lead_order, plain) if plain else None
    return _shown(request, row, AmendForm(amendable(row), contact=contact), refusal=refusal, is_plain=plain is not None)


def _shown(
    request: DeskRequest, row: ShippingOrder, form: AmendForm, *, refusal: str = "", is_plain: bool = False
) -> HttpResponse:
    context = {
        "standing": is_standing(request),
        "order": row,
        "form": form,
        "refusal": refusal,
        "is_plain": is_plain,
        "can_reveal": request.by.may("orders.reveal_buyer") and form.facts.has_contact,
    }
    in_place = is_fragment(request, "drawer") or is_fragment(request, "sheet")
    return page(request, "desk/orders/_amend.html" if in_place else "desk/orders/amend.html", context)


def _done(request: DeskRequest, pk: int, sentence: str | Promise) -> HttpResponse:
    if not is_htmx(request):
        return tell(request, HttpResponseRedirect(reverse("desk:order", args=[pk])), sentence)
    return tell(request, sheet_of(request, order_of(request, pk)), sentence, events=LIST_CHANGED)
