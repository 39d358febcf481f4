"""The desk's words for templates: icons, badges, amounts, clocks, and the parts of the shell that are counted."""

import datetime as dt
from decimal import Decimal
from html import escape

from django import template
from django.db import models
from django.forms import BoundField
from django.http import HttpRequest
from django.template import RequestContext
from django.utils import timezone
from django.utils.safestring import SafeString

from apps.desk import marks, navigation
from apps.desk.lists.cells import flag_label, flag_mark
from apps.desk.queries.counts import counts_of
from apps.desk.queries.people import roles_of
from apps.desk.rules.clocks import TimeLeft, age, time_left
from apps.org.actors import Actor

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon: `{% icon "bell" %}`; with a label when it stands alone."""
    return marks.icon(name, str(label))


@register.simple_tag
def badge(row: models.Model) -> SafeString:
    """The state of a row with a machine: dot and word."""
    state = row.__dict__["state"]
    return marks.badge(marks.tone_of(row._meta.label_lower, state), row.get_state_display())  # type: ignore[attr-defined]  # made by the field's choices


@register.simple_tag
def tag(tone: str, label: object) -> SafeString:
    """Any other badge."""
    return marks.badge(tone, label)


@register.filter
def money(amount: Decimal | None, currency: str = "CNY") -> str:
    """¥1,234.50, the same in every language."""
    return marks.money(amount, currency)


@register.filter
def whole(count: int | None) -> str:
    """1,234, the same in every language."""
    return marks.NOTHING if count is None else marks.number(count)


@register.filter
def figure(value: Decimal | None, places: int = 0) -> str:
    """A score, weight or coefficient with as many places as it needs, but at least so many: 110, 91.82, 1.0."""
    return marks.NOTHING if value is None else marks.figure(Decimal(value), places)


@register.filter
def moment(at: dt.datetime | None) -> str:
    """11-21 14:05."""
    return marks.moment(at)


@register.filter
def full_moment(at: dt.datetime | None) -> str:
    """2026-11-21 14:05."""
    return marks.moment(at, year=True)


@register.filter
def ago(at: dt.datetime) -> str:
    """5 min ago."""
    return age(at, timezone.now())


@register.filter
def left(at: dt.datetime) -> TimeLeft:
    """What a clock says: tone and text."""
    return time_left(at, timezone.now())


@register.filter
def hue(text: str) -> int:
    """The tint of a tile."""
    return marks.hue_of(text)


@register.simple_tag
def platform(name: str) -> SafeString:
    """A platform's mark."""
    return marks.platform_mark(name)


@register.simple_tag(takes_context=True)
def sidebar(context: RequestContext) -> SafeString:
    """The sidebar's list for this person."""
    match = context["request"].resolver_match
    return navigation.sidebar_html(_by(context["request"]), match.view_name if match else "")


@register.simple_tag(takes_context=True)
def jumps(context: RequestContext) -> list[tuple[str, str]]:
    """The pages that two keys open for this person, with the letter after G."""
    return navigation.jumps_of(_by(context["request"]))


@register.simple_tag(takes_context=True)
def unread_notices(context: RequestContext) -> int:
    """How many notices this person has not read."""
    return counts_of(["my.notices"], _by(context["request"]))["my.notices"]


@register.simple_tag(takes_context=True)
def roles(context: RequestContext) -> list[str]:
    """The names of this person's roles."""
    return roles_of(_by(context["request"])).labels


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "by", None) or Actor.of(request.user)  # type: ignore[arg-type]  # only for pages of logged-in people


@register.simple_tag
def boxed(field: BoundField, **attributes: str | bool) -> SafeString:
    """A form field's box in the house's look, tied to its hint and errors for screen readers."""
    described = [
        f"{field.auto_id}-{part}" for part, there in (("hint", field.help_text), ("errors", field.errors)) if there
    ]
    attributes["class"] = "inp"
    if field.errors:
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.simple_tag
def flag(name: str) -> SafeString:
    """The seller's flag with its word."""
    return marks.safe(f"{flag_mark(name)} {escape(flag_label(name))}")
