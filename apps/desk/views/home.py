"""The first page after log-in."""

from django.http import HttpResponse

from apps.core.calendar import today
from apps.desk.doors import DeskRequest, needs, page
from apps.desk.homes.pages import home_for
from apps.desk.queries.people import roles_of


@needs()
def home(request: DeskRequest) -> HttpResponse:
    """What this person's role should see first."""
    context = {"home": home_for(roles_of(request.by).home, request.by), "today": today()}
    return page(request, "desk/home/home.html", context)
