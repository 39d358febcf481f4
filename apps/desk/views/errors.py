"""Pages for what went wrong, in the reader's language and with a way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """More files or fields than any page asks for, or not a form at all."""
    return _refused(
        request,
        _("This was too much at once, or it could not be read; nothing was changed. Send less and try again."),
        400,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not for this person: the two look the same."""
    return _refused(request, _("This page does not exist, or it belongs to another store."), 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person lacks the right."""
    return _refused(request, _("You do not have the right to see this page."), 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not from this session."""
    return _refused(request, _("This form has expired. Reload the page and try again; nothing was changed."), 403)


def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; the log knows it by the request's id."""
    return _refused(request, _("Something went wrong on our side; nothing was changed."), 500)


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "desk/refused.html", {"sentence": sentence, "status": status}, status=status)
