"""What the tables of who comes in where stand on: addresses by floor, and what an address answers.

Each floor has a table of its own in a `test_permission_table_….py`; `test_permission_tables.py` asks that every address
of the desk stands in exactly one of them, or in one of the two sets below.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from apps.desk import urls

Make = Callable[..., Any]
Rows = dict[str, dict[str, Any]]
Verb = tuple[str, str]
SHUT = {403, 404}
NO_RIGHT = "You do not have the right"
ADDRESSES = [str(each.name) for each in urls.urlpatterns]
# Before the log-in, or by a client's link, which carries its own secret.
OPEN_TO_STRANGERS = {
    "login", "logout", "setup", "language", "client_answer", "client_statement", "client_statement_paper",
    "client_statement_annex",
}  # fmt: skip
# One's own account, bell, search and lists' looks: whoever is logged in has them, whatever the role.
EVERYBODYS = {
    "home", "password", "profile", "search", "bell", "bell_list", "notices", "notices_read", "notice", "layout",
    "view_save", "view_delete",
}  # fmt: skip


def names_of(*starts: str) -> list[str]:
    """The addresses of a floor, by how their names begin."""
    return sorted(name for name in ADDRESSES if name.startswith(starts))


def key_of(name: str, keys: Mapping[str, int]) -> int:
    """The row that an address is about: `return_new` begins with `return`, too, and the longer beginning wins."""
    return next(keys[kind] for kind in sorted(keys, key=len, reverse=True) if name.startswith(kind))


def answer_of(
    browser: Client, name: str, arguments: dict[str, Any], data: Mapping[str, Any], *, follow: bool = False
) -> HttpResponseBase:
    """What an address answers to the method that it takes; nothing of it stays."""
    url = reverse(f"desk:{name}", kwargs=arguments or None)
    with transaction.atomic():
        answer = browser.get(url)
        if answer.status_code == 405:
            answer = browser.post(url, data, follow=follow)
        transaction.set_rollback(True)
    return answer


def answers_of(browser: Client, names: Iterable[str], rows: Rows, data: Mapping[str, Any]) -> dict[str, int]:
    """The status of each address."""
    return {name: answer_of(browser, name, rows.get(name, {}), data).status_code for name in names}


def opened_to(browser: Client, names: Iterable[str], rows: Rows, data: Mapping[str, Any]) -> set[str]:
    """The addresses that let this person in; none of them may break."""
    answers = answers_of(browser, names, rows, data)
    assert max(answers.values()) < 500, answers
    return {name for name, code in answers.items() if code not in SHUT}


def refused_verbs(browser: Client, verbs: Iterable[Verb], rows: Rows, data: Mapping[str, Any]) -> set[Verb]:
    """The verbs that this person lacks the right to, as the page says it where the verb was asked."""
    refused = set()
    for name, verb in verbs:
        answer = answer_of(browser, name, rows[name] | {"verb": verb}, data, follow=True)
        assert answer.status_code in {200, 422}, (name, verb, answer.status_code)
        if NO_RIGHT in answer.content.decode():
            refused.add((name, verb))
    return refused
