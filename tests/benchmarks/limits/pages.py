"""The limits of W3: the same fifty rows by a plain Django page, and the trigram index asked without a house around it."""

from html import escape

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from apps.desk.doors import DeskRequest, needs
from apps.orders.models import ShippingOrder
from apps.org.models import Store
from opsdesk import urls

PLAIN, EMPTY = "/limit/plain/", "/limit/empty/"
ROWS = 50
PLAIN_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
COLUMNS = (
    "pk", "lead_order__number", "store_id", "state", "placed_at", "lead_order__receiver_masked",
    "lead_order__phone_masked", "lead_order__city", "paid_amount",
)  # fmt: skip
CONTAINS = "SELECT id, number FROM orders_order WHERE number LIKE %s LIMIT 50"


def plain(request: HttpRequest) -> HttpResponse:
    """Fifty rows of eight columns by string formatting, for anybody: the least that HTML from Django costs."""
    stores = dict(Store.objects.values_list("pk", "name"))
    rows = ShippingOrder.objects.order_by("-placed_at", "-pk").values_list(*COLUMNS)[:ROWS]
    written = "".join(
        f'<tr><td><a href="/o/{pk}">{escape(number)}</a></td><td>{escape(stores[store])}</td><td>{state}</td>'
        f"<td>{placed:%Y-%m-%d %H:%M}</td><td>{escape(receiver)}</td><td>{escape(phone)}</td><td>{escape(city)}</td>"
        f"<td>{paid}</td></tr>"
        for pk, number, store, state, placed, receiver, phone, city, paid in rows
    )
    return HttpResponse(f"<html><body><table>{written}</table>")


@needs("orders.view_shippingorder")
def empty(request: DeskRequest) -> HttpResponse:
    """Nothing but who asks: session, user, rights, and whose rows they may see."""
    return HttpResponse(f"{request.by.store_ids}{request.by.warehouse_ids}")


def plain_browser() -> Client:
    """A browser for the plain page, behind the middleware of a new Django project."""
    client = Client()
    with override_settings(MIDDLEWARE=PLAIN_MIDDLEWARE):
        client.get(PLAIN)  # the first request loads the middleware, and the client keeps it
    return client


def contains(part: str) -> None:
    """Fifty order numbers with this part in them, from the index alone."""
    with connection.cursor() as cursor:
        cursor.execute(CONTAINS, [f"%{part}%"])
        cursor.fetchall()


urlpatterns = [*urls.urlpatterns, path(PLAIN[1:], plain), path(EMPTY[1:], empty)]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500
