"""The first-run page: there only while opsdesk has no user at all."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from apps.audit.context import acting_from, signed
from apps.core.errors import DomainError
from apps.desk.doors import page, tell
from apps.desk.forms import SetupForm, StoreSet, WarehouseSet, plan_from
from apps.desk.views.account import enter
from apps.orders.actions.default_rules import install_default_rules
from apps.org.actions.setup import AlreadySetUp, CompanyPlan, is_set_up, set_up_company
from apps.org.actors import SYSTEM
from apps.warehouse.actions.default_carriers import install_default_carriers


@sensitive_post_parameters("password", "again")
def setup(request: HttpRequest) -> HttpResponse:
    """Company, first places and administrator in one form. Once somebody exists this page does not."""
    if is_set_up():
        raise Http404
    form, warehouses, stores = _forms(request)
    refusal = ""
    if request.method == "POST" and all([form.is_valid(), warehouses.is_valid(), stores.is_valid()]):
        try:
            return _entered(request, plan_from(form, warehouses, stores, get_language() or ""))
        except AlreadySetUp as late:
            return tell(request, HttpResponseRedirect(reverse("desk:login")), late.sentence, tone="bad")
        except DomainError as problem:
            refusal = str(problem)
    context = {"form": form, "warehouses": warehouses, "stores": stores, "refusal": refusal}
    return page(request, "desk/account/setup.html", context)


def _forms(request: HttpRequest) -> "tuple[SetupForm, WarehouseSet, StoreSet]":
    data = request.POST or None
    return SetupForm(data), WarehouseSet(data, prefix="warehouse"), StoreSet(data, prefix="store")


def _entered(request: HttpRequest, plan: CompanyPlan) -> HttpResponse:
    with transaction.atomic(), acting_from("page"), signed("org.company.set_up", by=SYSTEM):
        user = set_up_company(plan)
        install_default_rules(by=SYSTEM)
        install_default_carriers(by=SYSTEM)
    enter(request, user)
    return tell(
        request,
        HttpResponseRedirect(reverse("desk:home")),
        _("opsdesk is ready. Make the users of your colleagues next."),
    )
