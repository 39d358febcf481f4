"""The description of the API: OpenAPI for programs, a page for people, and an answer for mistyped addresses."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularAPIView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated

from apps.orders.api.authentication import StoreTokenAuthentication


class SchemaView(SpectacularAPIView):
    """The whole API as OpenAPI, for whoever is logged in or holds a token."""

    authentication_classes = [StoreTokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    serve_public = True


@require_GET
@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """The API to read and to try. Its scripts are ours and set no inline styles that the policy forbids."""
    return render(request, "api/docs.html")


@csrf_exempt
def no_such_address(_request: HttpRequest) -> JsonResponse:
    """What a page of ours says in HTML, said to a program."""
    problem = {"code": "not_found", "message": _("There is no such address; mind the slash at its end."), "details": {}}
    return JsonResponse(problem, status=404, json_dumps_params={"ensure_ascii": False})
