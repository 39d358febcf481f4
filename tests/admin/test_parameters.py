"""Parameters: all that are declared with their value today, and values that are added, never changed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from apps.audit.queries import timeline_of
from apps.core.calendar import today
from apps.orders.parameters import AUTO_CONFIRM, CONTACT_WITHIN_MINUTES
from apps.org.models import Store, User
from apps.parameters.models import ParameterValue
from apps.parameters.queries import value_of
from apps.parameters.registry import all_declared
from tests.admin.conftest import page

Browse = Callable[[User], Browser]
KEY = CONTACT_WITHIN_MINUTES.key


def add(browser: Browser, key: str = KEY, **form: Any) -> Any:
    """Send the form of a new value."""
    sent = {"store": "", "value": "15", "effective_from": today().isoformat(), "reason": "busy season", **form}
    return browser.post(page("parameters_parametervalue_add", key=key), sent)


def standings(browser: Browser) -> dict[str, tuple[Any, str]]:
    """What the list says of each parameter: its standing and its value in words."""
    browser.cookies["django_language"] = "en"
    lines = browser.get(page("parameters_parametervalue_changelist")).context["standings"]
    return {each.parameter.key: (each, value) for each, value in lines}


def test_the_list_shows_every_declared_parameter_with_its_value_today(browse: Browse, iris: User) -> None:
    shown = standings(browse(iris))

    assert set(shown) == {parameter.key for parameter in all_declared()}
    assert shown[KEY][1] == "10"
    assert shown[KEY][0].since is None
    assert shown[AUTO_CONFIRM.key][1] == "No"


def test_a_new_value_goes_through_the_verb(browse: Browse, iris: User) -> None:
    browser = browse(iris)

    answer = add(browser)

    value = ParameterValue.objects.get()
    assert answer.url == page("parameters_parametervalue_changelist")
    assert (value.key, value.value, value.set_by_id, value.reason) == (KEY, "15", iris.pk, "busy season")
    assert timeline_of(value)[0].verb == "parameters.parametervalue.set"
    assert value_of(CONTACT_WITHIN_MINUTES) == 15
    assert standings(browser)[KEY][1] == "15"


def test_the_list_tells_what_is_coming_and_what_single_stores_have(browse: Browse, iris: User, qinghe: Store) -> None:
    browser = browse(iris)
    add(browser, value="20", effective_from=(today() + dt.timedelta(days=3)).isoformat())
    add(browser, value="30", store=qinghe.pk)

    standing, value = standings(browser)[KEY]

    assert value == "10"
    assert [row.value for row in standing.coming] == ["20"]
    assert [(row.store, row.value) for row in standing.stores] == [(qinghe, "30")]


def test_a_second_value_for_the_same_day_replaces_the_first(browse: Browse, iris: User) -> None:
    browser = browse(iris)
    add(browser)

    add(browser, value="25")

    assert [row.value for row in ParameterValue.objects.all()] == ["25"]


@pytest.mark.parametrize(
    ("form", "box"),
    [
        ({"value": "soon"}, "value"),
        ({"value": "0"}, "value"),
        ({"value": "100000"}, "value"),
        ({"value": ""}, "value"),
        ({"reason": ""}, "reason"),
        ({"effective_from": "2020-01-01"}, "effective_from"),
        ({"effective_from": ""}, "effective_from"),
        ({"store": "987654"}, "store"),
    ],
)
def test_what_cannot_hold_is_refused_beside_its_box(browse: Browse, iris: User, form: dict[str, str], box: str) -> None:
    answer = add(browse(iris), **form)

    assert set(answer.context["adminform"].form.errors) == {box}
    assert not ParameterValue.objects.exists()


def test_a_yes_or_no_parameter_offers_yes_and_no(browse: Browse, iris: User) -> None:
    answer = browse(iris).get(page("parameters_parametervalue_add", key=AUTO_CONFIRM.key))

    choices = answer.context["adminform"].form.fields["value"].widget.choices
    assert [value for value, _label in choices] == ["true", "false"]


@pytest.mark.parametrize("key", ["", "orders.nonsense"])
def test_a_value_needs_a_declared_parameter(browse: Browse, iris: User, key: str) -> None:
    answer = add(browse(iris), key=key)

    assert answer.url == page("parameters_parametervalue_changelist")
    assert not ParameterValue.objects.exists()


def test_a_value_that_was_true_is_never_changed(browse: Browse, root: User, iris: User) -> None:
    add(browse(iris))
    value = ParameterValue.objects.get()

    answer = browse(root).post(page("parameters_parametervalue_change", value.pk), {"value": "99"})

    value.refresh_from_db()
    assert (answer.status_code, value.value) == (403, "15")


def test_the_list_asks_the_same_statements_for_more_values(browse: Browse, iris: User, qinghe: Store) -> None:
    browser, counts = browse(iris), []
    for number in range(8):
        add(browser, value=str(20 + number), effective_from=(today() + dt.timedelta(days=number)).isoformat())
        with CaptureQueriesContext(connection) as captured:
            standings(browser)
        counts.append(len(captured))

    assert counts[1] == counts[-1] <= 15


def test_the_form_of_a_new_value_says_whose_value_it_is(browse: Browse, iris: User) -> None:
    browser = browse(iris)
    browser.cookies["django_language"] = "en"

    html = browser.get(page("parameters_parametervalue_add", key=KEY)).content.decode()

    # Once in the head of the window, and once above the boxes.
    assert html.count("Contact the buyer within (minutes)") >= 2
