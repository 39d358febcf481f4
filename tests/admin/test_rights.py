"""Which role opens which record page: the permission table, seen from the outside."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client as Browser

from apps.org.models import User
from apps.org.permissions import ROLES
from tests.admin.conftest import page

Browse = Callable[[User], Browser]
ORDERS = {"orders_order", "orders_shippingorder", "orders_importbatch"}
PRODUCTS = {"stores_product", "stores_sku", "stores_listing"}
BOOKS = {"audit_reveal", "audit_export"}
REASONS = {"aftersales_returnreason"}
PAPERS = {"documents_document"}
STOCK = {
    f"warehouse_{noun}"
    for noun in ("stockbalance", "binbalance", "stockmove", "reservation", "stockdocument", "bin", "carrier")
}
REPORTS = {"warehouse_shipment", "warehouse_shipreport"}
SHIPPING = REPORTS | {"warehouse_wave", "warehouse_handover", "warehouse_cutoff"}
BOOK_RULES = {"finance_classrule", "finance_payaccount"}
PEOPLE = {"org_employee", "org_team", "org_position", "org_absence"}
SCORES = {f"staff_{noun}" for noun in ("scoretemplate", "coefficientband", "payscheme")}
PLACES = {"org_store", "org_warehouse", "org_client", "org_company"}
OPENS = {
    "customer_service": ORDERS | PRODUCTS | REPORTS,
    "service_lead": ORDERS | PRODUCTS | BOOKS | PAPERS | REASONS | REPORTS | {"orders_auditrule"},
    "warehouse": PAPERS | SHIPPING | STOCK | {"orders_shippingorder", "stores_sku"},
    "warehouse_lead": PAPERS | SHIPPING | STOCK | {"orders_shippingorder", "stores_sku"},
    "planner": ORDERS | PRODUCTS,
    "manager": ORDERS | PRODUCTS | BOOKS | PAPERS | REASONS | SHIPPING | STOCK | {"orders_auditrule"},
    "director": ORDERS | PRODUCTS | BOOKS | PAPERS | REASONS | SHIPPING | STOCK
    | {"orders_auditrule", "parameters_parametervalue", "org_store", "org_warehouse", "org_client"}
    | {"approvals_policy"},
    "finance": ORDERS | PAPERS | PRODUCTS | BOOK_RULES | {"org_client"},
    "hr": PEOPLE | SCORES,
    "it": BOOKS | PEOPLE | PLACES | {"org_user", "parameters_parametervalue", "jobs_job", "orders_storetoken"}
    | {"core_calendarexception", "files_storedfile", "links_signedlink", "notices_notice"},
    "": set(),
}  # fmt: skip
ADDS = {
    "warehouse_lead": {"warehouse_bin", "warehouse_carrier", "warehouse_stockdocument"},
    "service_lead": REASONS | {"orders_auditrule"},
    "planner": PRODUCTS,
    "manager": PRODUCTS | REASONS | {"orders_auditrule"},
    "director": REASONS | {"orders_auditrule", "parameters_parametervalue", "approvals_policy"},
    "finance": BOOK_RULES,
    "hr": PEOPLE | SCORES,
    "it": PEOPLE | PLACES | {"org_user", "parameters_parametervalue", "orders_storetoken", "core_calendarexception"},
}
EVERY = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}


def test_the_table_of_this_test_names_every_role() -> None:
    assert set(OPENS) == {*ROLES, ""}


@pytest.mark.parametrize("role", OPENS)
def test_a_role_opens_its_record_pages_and_no_other(browse: Browse, person: Callable[..., User], role: str) -> None:
    browser = browse(person("sam", role))

    answers = {name: browser.get(page(f"{name}_changelist")).status_code for name in EVERY}

    assert {name for name, status in answers.items() if status == 200} == OPENS[role]
    assert {status for name, status in answers.items() if name not in OPENS[role]} <= {403}


@pytest.mark.parametrize("role", OPENS)
def test_a_role_adds_its_records_and_no_other(browse: Browse, person: Callable[..., User], role: str) -> None:
    browser = browse(person("sam", role))

    answers = {name: browser.get(page(f"{name}_add")).status_code for name in EVERY}

    assert {name for name, status in answers.items() if status != 403} == ADDS.get(role, set())


@pytest.mark.parametrize("role", OPENS)
def test_the_index_lists_exactly_what_the_role_opens(browse: Browse, person: Callable[..., User], role: str) -> None:
    apps = browse(person("sam", role)).get("/admin/").context["app_list"]

    listed = {f"{app['app_label']}_{model['model']._meta.model_name}" for app in apps for model in app["models"]}

    assert listed == OPENS[role]


def test_who_has_no_record_rights_reads_why_the_page_is_empty(browse: Browse, pia: User) -> None:
    browser = browse(pia)
    browser.cookies["django_language"] = "en"

    answer = browser.get("/admin/")

    assert answer.status_code == 200
    assert "Your roles open no records." in answer.content.decode()


def test_a_stranger_is_led_to_the_one_log_in(client: Browser, lin: User) -> None:
    answer = client.get(page("org_user_changelist"), follow=True)

    steps = [address for address, _status in answer.redirect_chain]
    assert steps[-1].startswith("/desk/login/?next=%2Fadmin%2Forg%2Fuser%2F")


def test_whoever_must_change_the_password_does_that_first(browse: Browse, iris: User) -> None:
    User.objects.filter(pk=iris.pk).update(must_change_password=True)

    answer = browse(iris).get(page("org_user_changelist"))

    assert (answer.status_code, answer.url) == (302, "/desk/password/")


@pytest.mark.parametrize("name", sorted(EVERY))
def test_nothing_is_deleted_on_a_record_page_not_even_by_a_superuser(browse: Browse, root: User, name: str) -> None:
    model = next(each for each in admin.site._registry if f"{each._meta.app_label}_{each._meta.model_name}" == name)
    page_of = admin.site.get_model_admin(model)

    listed = browse(root).get(page(f"{name}_changelist"))

    assert not page_of.has_delete_permission(listed.wsgi_request)
    assert "delete_selected" not in page_of.get_actions(listed.wsgi_request)


def test_records_of_other_packages_do_not_stand_here() -> None:
    assert not admin.site.is_registered(Group)
    assert {model._meta.app_label for model in admin.site._registry} == {
        "aftersales", "approvals", "audit", "core", "documents", "files", "finance", "jobs", "links", "notices", "orders", "org", "parameters", "staff", "stores",
        "warehouse",
    }  # fmt: skip


@pytest.mark.parametrize("address", ["", "org/user/", "org/user/add/"])
def test_every_page_runs_under_the_admin_policy(browse: Browse, iris: User, address: str) -> None:
    policy = browse(iris).get(f"/admin/{address}").headers["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self' 'unsafe-eval'"
    assert rules["default-src"] == "'self'"
    assert rules["form-action"] == "'self'"
