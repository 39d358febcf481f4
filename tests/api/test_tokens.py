"""Tokens: made once, shown once, ended at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.audit.queries import timeline_of
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.orders.actions.tokens import issue_token, revoke_token
from apps.orders.models import StoreToken
from apps.org.actors import SYSTEM, Actor
from apps.org.models import Store, User, Warehouse
from tests.api.conftest import PUSH, Program, code_of


@pytest.fixture
def as_it(person: Callable[..., User]) -> Actor:
    """The system administrator."""
    return Actor.of(person("ida", "it", stores=()))


def test_a_token_is_given_in_plain_once_and_kept_as_a_hash(qinghe: Store, lin: User, as_it: Actor) -> None:
    plain = issue_token(qinghe.pk, lin.pk, " ERP ", by=as_it)

    token = StoreToken.objects.get()
    assert plain.startswith("ods_")
    assert len(plain) == len("ods_") + 43
    assert (token.name, token.store, token.user, token.tail) == ("ERP", qinghe, lin, plain[-4:])
    assert plain.encode() not in bytes(token.token_hash)
    assert plain not in str(vars(token))


def test_only_whoever_keeps_tokens_makes_and_ends_them(qinghe: Store, lin: User) -> None:
    issue_token(qinghe.pk, lin.pk, "ERP", by=SYSTEM)
    token = StoreToken.objects.get()

    with pytest.raises(NotAllowed):
        issue_token(qinghe.pk, lin.pk, "mine", by=Actor.of(lin))
    with pytest.raises(NotAllowed):
        revoke_token(token.pk, by=Actor.of(lin))

    token.refresh_from_db()
    assert token.revoked_at is None
    assert StoreToken.objects.count() == 1


def test_nobody_gets_a_token_for_a_store_they_do_not_work_for(fengdu: Store, lin: User, as_it: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        issue_token(fengdu.pk, lin.pk, "ERP", by=as_it)

    assert refusal.value.code == "not_their_store"
    assert not StoreToken.objects.exists()


def test_a_superuser_is_never_a_program(qinghe: Store, as_it: Actor) -> None:
    root = User.objects.create_superuser("root", password="Tide-pool-77", name="Root")

    with pytest.raises(Invalid) as refusal:
        issue_token(qinghe.pk, root.pk, "ERP", by=as_it)

    assert refusal.value.code == "superuser"
    assert not StoreToken.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines", "nul\0"])
def test_a_token_needs_a_readable_name(name: str, qinghe: Store, lin: User, as_it: Actor) -> None:
    with pytest.raises(Invalid):
        issue_token(qinghe.pk, lin.pk, name, by=as_it)

    assert not StoreToken.objects.exists()


def test_closed_accounts_and_closed_stores_get_no_token(qinghe: Store, lin: User, as_it: Actor) -> None:
    User.objects.filter(pk=lin.pk).update(is_active=False)

    with pytest.raises(NotFound):
        issue_token(qinghe.pk, lin.pk, "ERP", by=as_it)

    Store.objects.filter(pk=qinghe.pk).update(is_active=False)
    with pytest.raises(NotFound):
        issue_token(qinghe.pk, as_it.id or 0, "ERP", by=as_it)


def test_a_picker_may_have_a_token_for_a_store_of_her_warehouse(qinghe: Store, noor: User, as_it: Actor) -> None:
    issue_token(qinghe.pk, noor.pk, "scanner", by=as_it)

    assert StoreToken.objects.get().user == noor


def test_revoking_twice_is_harmless_and_signed_once(qinghe: Store, lin: User, as_it: Actor) -> None:
    issue_token(qinghe.pk, lin.pk, "ERP", by=as_it)
    pk = StoreToken.objects.get().pk

    first = revoke_token(pk, by=as_it)
    second = revoke_token(pk, by=as_it)

    assert first.revoked_at is not None
    assert second.revoked_at == first.revoked_at
    verbs = [(change.verb, change.actor) for change in timeline_of(second)]
    assert verbs == [("orders.storetoken.revoke", "Ida"), ("orders.storetoken.issue", "Ida")]


def test_a_token_ends_with_its_revocation_its_user_and_its_store(
    program: Callable[..., Program], lin: User, mara: User, qinghe: Store
) -> None:
    of_lin, of_mara = program(lin), program(mara)
    assert of_lin.get(PUSH).status_code == 200

    revoke_token(StoreToken.objects.get(user=lin).pk, by=SYSTEM)
    User.objects.filter(pk=mara.pk).update(is_active=False)

    assert (of_lin.get(PUSH).status_code, of_mara.get(PUSH).status_code) == (401, 401)
    again = program(lin)
    Store.objects.filter(pk=qinghe.pk).update(is_active=False)
    assert again.get(PUSH).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ods_wrong", "Bearer two parts", "bearer \xe9\xe9", "Bearer ", "Bearer " + "x" * 5000],
)
def test_wrong_tokens_look_the_same(header: str, qinghe: Store) -> None:
    answer = Client().get(PUSH, headers={"Authorization": header})

    assert answer.status_code == 401
    assert code_of(answer) == "token_invalid"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic bGluOng="}])
def test_without_a_token_there_is_no_answer(header: dict[str, str], qinghe: Store) -> None:
    answer = Client().get(PUSH, headers=header)

    assert answer.status_code == 401
    assert code_of(answer) == "not_authenticated"


def test_a_log_in_is_not_a_token(lin: User) -> None:
    client = Client()
    client.force_login(lin)

    assert client.get(PUSH).status_code == 401


def test_a_grant_taken_back_closes_the_store_for_the_token(
    erp: Program, lin: User, an_order: Callable[..., object]
) -> None:
    an_order()
    assert len(erp.get(PUSH).json()["results"]) == 1

    lin.store_grants.all().delete()

    assert erp.get(PUSH).json()["results"] == []


def test_a_user_of_all_stores_sees_only_the_token_s(
    program: Callable[..., Program], otto: User, an_order: Callable[..., object], fengdu: Store, warehouse: Warehouse
) -> None:
    an_order(number="100001")
    an_order(number="200002", store=fengdu)

    seen = program(otto).get(PUSH).json()["results"]

    assert [order["number"] for order in seen] == ["100001"]
