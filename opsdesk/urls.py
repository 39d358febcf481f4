"""Every address of opsdesk."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from apps.desk.views import health
from apps.orders.api.docs import SchemaView, docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="desk:home")),
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("desk/", include("apps.desk.urls")),
    path("api/schema/", SchemaView.as_view(), name="api-schema"),
    path("api/docs/", docs, name="api-docs"),
    path("api/v1/", include("apps.orders.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "apps.desk.views.errors.unreadable"
handler404 = "apps.desk.views.errors.not_found"
handler403 = "apps.desk.views.errors.forbidden"
handler500 = "apps.desk.views.errors.broken"
