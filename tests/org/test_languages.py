"""Which language a page is answered in: what the person chose, then the cookie, then the browser, then Chinese."""

import pytest
from django.test import Client

from apps.org.models import User
from tests.accounts import PASSWORD

BACKEND = "apps.org.backend.StandingBackend"
LOG_IN, HOME = "/desk/login/", "/desk/"
WORDS = {"zh-hans": {LOG_IN: "登录", HOME: "首页"}, "en": {LOG_IN: "Log in", HOME: "Home"}}


def _browser(cookie: str, header: str) -> Client:
    client = Client(headers={"accept-language": header} if header else {})
    if cookie:
        client.cookies["django_language"] = cookie
    return client


def _read(client: Client, address: str) -> str:
    """The language of the page: its header, its root element and its words must agree."""
    answer = client.get(address)
    language = answer["Content-Language"]
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in page
    assert WORDS[language][address] in page
    return language


WITHOUT_PROFILE = [
    ("en", "zh-CN,zh;q=0.9", "en"),  # the cookie before the browser
    ("zh-hans", "en-GB,en;q=0.9", "zh-hans"),
    ("", "en-GB,en;q=0.9", "en"),  # the browser before Chinese
    ("", "de-DE,de;q=0.9,en;q=0.8", "en"),
    ("", "zh-TW,zh;q=0.9,en;q=0.8", "zh-hans"),
    ("", "de-DE,fr;q=0.9", "zh-hans"),  # nothing that is known: Chinese
    ("", "", "zh-hans"),
    ("fr", "en", "en"),  # a cookie that names nothing known is passed over
]


@pytest.mark.parametrize(("cookie", "header", "read"), WITHOUT_PROFILE)
def test_before_the_log_in_the_cookie_decides_then_the_browser_then_chinese(
    lin: User, cookie: str, header: str, read: str
) -> None:
    client = _browser(cookie, header)

    assert _read(client, LOG_IN) == read


@pytest.mark.parametrize(("cookie", "header", "read"), WITHOUT_PROFILE)
def test_a_person_who_chose_nothing_reads_what_cookie_or_browser_say(
    lin: User, cookie: str, header: str, read: str
) -> None:
    client = _browser(cookie, header)
    client.force_login(lin, backend=BACKEND)

    assert lin.language == ""
    assert _read(client, HOME) == read


@pytest.mark.parametrize(
    ("profile", "cookie", "header"),
    [("en", "zh-hans", "zh-CN"), ("zh-hans", "en", "en-GB"), ("en", "", ""), ("zh-hans", "", "en")],
)
def test_what_a_person_chose_wins_over_cookie_and_browser(lin: User, profile: str, cookie: str, header: str) -> None:
    User.objects.filter(pk=lin.pk).update(language=profile)
    client = _browser(cookie, header)
    client.force_login(lin, backend=BACKEND)

    assert _read(client, HOME) == profile


def test_the_log_in_page_speaks_the_language_of_whoever_was_logged_in_last(lin: User) -> None:
    User.objects.filter(pk=lin.pk).update(language="en")
    client = _browser("zh-hans", "zh-CN")

    client.post(LOG_IN, {"username": lin.username, "password": PASSWORD})
    client.post("/desk/logout/")

    assert _read(client, LOG_IN) == "en"


def test_a_person_without_a_choice_takes_the_cookie_of_the_one_before_away(lin: User, mara: User) -> None:
    User.objects.filter(pk=lin.pk).update(language="en")
    client = _browser("", "zh-CN")
    client.post(LOG_IN, {"username": lin.username, "password": PASSWORD})
    client.post("/desk/logout/")

    client.post(LOG_IN, {"username": mara.username, "password": PASSWORD})

    assert _read(client, HOME) == "zh-hans"
