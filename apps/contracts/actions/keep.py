"""Write contracts: with whom, about which stores, and what they say about money from which day on."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from psycopg2.extras import DateRange

from apps.audit.context import signed
from apps.contracts.actions.days import check_days, cut_short
from apps.contracts.actions.rights import must
from apps.contracts.models import Contract, ContractLook, ContractStore, Opening
from apps.contracts.models.contract import EDIT_VERB, OPEN_VERB
from apps.contracts.rules.months import month_of
from apps.contracts.rules.readings import YearReading
from apps.core.calendar import ONE_DAY
from apps.core.errors import Conflict, Invalid
from apps.core.speech import filled
from apps.org.actors import Actor
from apps.org.models import Client, Store
from apps.org.scope import the_visible
from apps.workflow.move import move

STORE_TAKEN = _("One of these stores has another contract on some of these days.")
NUMBER_TAKEN = _("There is a contract with this number already.")
NOT_THEIRS = _("%(store)s does not belong to this client.")
ENDS_BEFORE = _("This contract ends on %(day)s already; it can only end earlier.")


@dataclass(frozen=True, slots=True)
class Parties:
    """What stands at the head of a contract. until: the last day, None for an open end."""

    number: str
    client_id: int
    effective_from: dt.date
    until: dt.date | None = None
    year_reading: YearReading = YearReading.CALENDAR
    client_contact: str = ""
    bank_holder: str = ""
    bank_name: str = ""
    bank_account: str = ""

    def columns(self) -> dict[str, Any]:
        """The contract's columns."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class OpeningTerms:
    """Where a start in the middle of a year begins. receipts: of the year before first_month."""

    first_month: dt.date
    receipts: Decimal
    is_lump_paid: bool = False


@transaction.atomic
def open_contract(
    parties: Parties, store_ids: Collection[int], *, by: Actor, opening: OpeningTerms | None = None
) -> Contract:
    """Begin to write a contract about stores of one client.

    Raises NotAllowed, Invalid (number, dates, stores of somebody else), Conflict for a number or a store that is taken.
    Reliability: M4.
    """
    must(by, "contracts.keep_contract")
    _check(parties)
    stores = _stores_of(parties.client_id, store_ids, by)
    days = DateRange(parties.effective_from, parties.until + ONE_DAY if parties.until else None)
    with signed(OPEN_VERB, by=by):
        row = _created(parties, by)
        _taken([ContractStore(contract=row, store=store, days=days) for store in stores])
        if opening is not None:
            _open_figures(row, opening)
    return row


def _check(parties: Parties) -> None:
    if not parties.number.strip():
        raise Invalid(_("Please give the contract a number."), code="no_number")
    check_days(parties.effective_from, parties.until)
    if parties.until is not None and parties.until < parties.effective_from:
        raise Invalid(_("A contract does not end before it begins."), code="ends_early")


def _stores_of(client_id: int, store_ids: Collection[int], by: Actor) -> list[Store]:
    client = Client.objects.filter(pk=client_id, is_active=True).first()
    if client is None:
        raise Invalid(_("Please choose the client."), code="no_client")
    stores = [the_visible(Store.objects.all(), by, pk=pk) for pk in sorted(set(store_ids))]
    if not stores:
        raise Invalid(_("Choose at least one store of the client."), code="no_store")
    for store in stores:
        if store.client_id != client.pk:
            raise Invalid(filled(NOT_THEIRS, store=store.name), code="another_client")
    return stores


def _created(parties: Parties, by: Actor) -> Contract:
    try:
        with transaction.atomic():
            return Contract.objects.create(**parties.columns(), opened_by_id=by.id)
    except IntegrityError as error:
        raise Conflict(NUMBER_TAKEN, code="number_taken") from error


def _taken(rows: Sequence[ContractStore]) -> None:
    try:
        with transaction.atomic():
            ContractStore.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Conflict(STORE_TAKEN, code="store_taken") from error


def _open_figures(row: Contract, opening: OpeningTerms) -> None:
    check_days(opening.first_month)
    if opening.receipts < 0 or opening.first_month < month_of(row.effective_from):
        raise Invalid(_("Opening figures begin in a month of the contract and are not negative."), code="opening")
    Opening.objects.create(
        contract=row, first_month=month_of(opening.first_month), receipts_amount=opening.receipts,
        is_lump_paid=opening.is_lump_paid,
    )  # fmt: skip


@transaction.atomic
def activate_contract(pk: int, *, by: Actor) -> Contract:
    """Both sides have signed: from now on its months are settled. Raises NotFound, NotAllowed, IllegalMove. Rule: CON-17."""
    row = the_visible(Contract.objects.all(), by, pk=pk)
    move(row.activate, by=by)
    return row


@transaction.atomic
def end_contract(pk: int, *, on: dt.date, reason: str, by: Actor) -> Contract:
    """Let it end on a day, the last one that counts; its stores are free afterwards.

    Raises NotFound, NotAllowed, Invalid without a reason, before it began or after the agreed end, IllegalMove.
    """
    row = the_visible(Contract.objects.all(), by, pk=pk)
    check_days(on)
    if on < row.effective_from:
        raise Invalid(_("A contract does not end before it begins."), code="ends_early")
    if row.until is not None and on > row.until:
        raise Invalid(filled(ENDS_BEFORE, day=row.until.isoformat()), code="ends_late")
    move(row.end, by=by, reason=reason, also={"until": on})
    with signed(EDIT_VERB, by=by, reason=reason):
        _cut_stores(row, on + ONE_DAY)
    return row


@transaction.atomic
def discard_contract(pk: int, *, reason: str, by: Actor) -> Contract:
    """It was never signed. Raises NotFound, NotAllowed, Invalid without a reason, IllegalMove."""
    row = the_visible(Contract.objects.all(), by, pk=pk)
    move(row.discard, by=by, reason=reason)
    with signed(EDIT_VERB, by=by, reason=reason):
        _cut_stores(row, row.effective_from)
    return row


def _cut_stores(row: Contract, end: dt.date) -> None:
    """Let its stores go from that day on; one that would not have begun yet keeps no day at all."""
    stores = list(ContractStore.objects.filter(contract=row))
    for each in stores:
        each.days = cut_short(each.days, end)
    ContractStore.objects.bulk_update(stores, ["days"])


@transaction.atomic
def look_at_contract(pk: int, *, by: Actor) -> Contract:
    """The contract, and a line in the book of looks: what two parties agreed is confidential (CON-53, SEC-30).

    Raises NotAllowed, NotFound.
    """
    must(by, "contracts.view_contract")
    row = the_visible(Contract.objects.select_related("client", "opened_by"), by, pk=pk)
    if by.user is not None:
        ContractLook.objects.create(contract=row, user=by.user, user_name=by.name)
    return row
