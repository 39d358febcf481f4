"""Addresses of the order API, under `api/v1/`."""

from django.urls import URLPattern, path, re_path

from apps.orders.api import views
from apps.orders.api.docs import no_such_address

app_name = "orders-api"
urlpatterns: list[URLPattern] = [
    path("orders/", views.Orders.as_view(), name="orders"),
    path("orders/<str:number>/", views.OneOrder.as_view(), name="order"),
    path("shipping-orders/", views.ShippingOrders.as_view(), name="shipping-orders"),
    path("shipping-orders/<str:number>/", views.OneShippingOrder.as_view(), name="shipping-order"),
    path("shipping-orders/<str:number>/confirm/", views.Confirm.as_view(), name="confirm"),
    path("shipping-orders/<str:number>/hold/", views.Hold.as_view(), name="hold"),
    # A program reads JSON, also when it mistypes an address.
    re_path("", no_such_address),
]
