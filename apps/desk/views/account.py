"""Log in, log out, lock-out, password, profile, language."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.audit.context import acting_from, signed
from apps.desk.actions import change_password, set_profile
from apps.desk.doors import DeskRequest, needs, next_of, page, tell
from apps.desk.forms import LogInForm, PasswordForm
from apps.desk.queries.account import is_password_too_old, must_change_password
from apps.org.actions.setup import is_set_up
from apps.org.actors import Actor
from apps.org.backend import STANDING_BACKEND
from apps.org.models import User

YEAR_SECONDS = 365 * 24 * 60 * 60
THEME_COOKIE = "theme"


@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """The one log-in page. An opsdesk without any user leads to the first-run page."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_of(request, reverse("desk:home")))
    if request.method != "POST" and not is_set_up():
        return HttpResponseRedirect(reverse("desk:setup"))
    form = LogInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        enter(request, user)
        return remembered(HttpResponseRedirect(next_of(request, reverse("desk:home"))), user)
    return page(request, "desk/account/log_in.html", {"form": form, "next": next_of(request, "")})


def enter(request: HttpRequest, user: User) -> None:
    """Open a session; the note of the last log-in is signed by whoever logs in."""
    with transaction.atomic(), acting_from("page"), signed("org.user.log_in", by=Actor.of(user)):
        login(request, user, backend=STANDING_BACKEND)


def remembered(response: HttpResponse, user: User) -> HttpResponse:
    """Keep language and appearance for pages before the next log-in."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, user.language), (THEME_COOKIE, user.theme)):
        if value:
            response.set_cookie(
                name, value, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("desk:login"))


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Too many wrong passwords for this user from this address."""
    sentence = _("Too many failed log-ins. Wait 15 minutes, or ask the system administrator.")
    return render(request, "desk/refused.html", {"sentence": sentence, "status": 429}, status=429)


@sensitive_post_parameters()
@needs(even_with_old_password=True)
def password(request: DeskRequest) -> HttpResponse:
    """Give oneself a new password; whoever must, sees no other page before."""
    must, is_old = must_change_password(request.user), is_password_too_old(request.user)
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = change_password(form.cleaned_data["new_password1"], by=request.by)
        update_session_auth_hash(request, user)
        return tell(request, HttpResponseRedirect(reverse("desk:home")), _("Your password was changed."))
    return page(request, "desk/account/password.html", {"form": form, "must": must, "is_old": is_old})


@needs()
def profile(request: DeskRequest) -> HttpResponse:
    """Language and appearance; what a form leaves out stays as it is."""
    if request.method != "POST":
        context = {"themes": User.Theme.choices, "languages": User._meta.get_field("language").flatchoices}
        return page(request, "desk/account/profile.html", context)
    user = set_profile(by=request.by, language=request.POST.get("language"), theme=request.POST.get("theme"))
    with override(user.language or request.LANGUAGE_CODE):
        back = HttpResponseRedirect(next_of(request, reverse("desk:profile")))
        return tell(request, remembered(back, user), _("Saved."))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read opsdesk in another language from now on: kept in the profile, or in a cookie before log-in."""
    wish = request.POST.get("language", "")
    response = HttpResponseRedirect(next_of(request, reverse("desk:home")))
    if wish not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        with acting_from("page"):
            return remembered(response, set_profile(by=Actor.of(request.user), language=wish))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wish, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return response
