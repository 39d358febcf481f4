"""Returns and refunds as rows: the goods, what an inspection put back into the bins, and the money."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F

from apps.aftersales.actions.restock import SUBJECT
from apps.aftersales.models import Refund, ReturnLine, ReturnOrder, ReturnReason
from apps.aftersales.models.return_order import INSPECT_VERB
from apps.aftersales.rules.codes import REFUND_SERIES, RETURN_SERIES
from apps.desk.demo.acts import Acts
from apps.desk.demo.comebacks import Comeback, Stage, comebacks_of, ownerless, refund_reason
from apps.desk.demo.company import DemoCompany, DemoPerson
from apps.desk.demo.numbers import carrier_of
from apps.desk.demo.parcels import daily_numbers
from apps.desk.demo.plans import Plan
from apps.desk.demo.roster import Roster
from apps.desk.demo.source import dice, yuan
from apps.orders.models import ShippingOrderLine
from apps.warehouse.models import Bin, Carrier, StockBalance, StockDocumentLine, StockMove
from apps.workflow.seeding import Past, ended, reserved_keys, write_histories, write_rows

WRITTEN: list[type[models.Model]] = [ReturnOrder, ReturnLine, Refund, StockMove]
Life = tuple[dict[str, Any], list[Past]]
BENCH = ((Stage.RECEIVED, "receive", "received_by_id"), (Stage.INSPECTED, "inspect", "inspected_by_id"))
STAMPS = ("received_at", "inspected_at", "closed_at", "cancelled_at")
MONEY_STAMPS = ("approved_at", "refused_at", "paid_at", "cancelled_at")


def write(plans: list[Plan], company: DemoCompany, roster: Roster, acts: Acts, now: dt.datetime) -> int:
    """Returns in every state, their refunds, and the pieces in the ledger. Returns how many changes of the past."""
    roll = dice("returns")
    found = comebacks_of(plans, now, roll)
    lives = _Lives(company, roster, acts)
    goods = sorted((one for one in found if one.has_goods), key=lambda one: (one.at[Stage.ANNOUNCED], one.plan.number))
    _number_goods(goods)
    strays = list(ownerless(sorted({store.warehouse_id for store in company.stores}), now, roll))
    changes = _write(ReturnOrder, [lives.goods(one) for one in goods] + lives.strays(strays))
    changes += _write(ReturnLine, list(lives.lines(goods)))
    _put_away(goods, lives)
    money = sorted((one for one in found if Stage.REQUESTED in one.at), key=lambda one: one.at[Stage.REQUESTED])
    _number_money(money)
    return changes + _write(Refund, [lives.money(one) for one in money])


def _write(model: type[models.Model], lives: list[Life]) -> int:
    write_rows(model, (ended(row, past) for row, past in lives))
    return write_histories(model, lives)


def _number_goods(goods: list[Comeback]) -> None:
    numbers = daily_numbers(RETURN_SERIES, RETURN_SERIES, [one.at[Stage.ANNOUNCED].date() for one in goods])
    for one, key, number in zip(goods, reserved_keys(ReturnOrder, len(goods)), numbers, strict=True):
        one.return_key, one.return_number = key, number
    lines: dict[int, list[tuple[int, int, int | None]]] = {}
    shipped = ShippingOrderLine.objects.filter(shipping_order__in=[one.plan.shipping_id for one in goods])
    for order, *line in shipped.order_by("pk").values_list("shipping_order_id", "pk", "quantity", "sku_id"):
        lines.setdefault(order, []).append((line[0], line[1], line[2]))
    short = set(StockBalance.objects.filter(on_hand__lte=F("reserved")).values_list("warehouse_id", "sku_id"))
    for one in goods:
        one.lines = lines[one.plan.shipping_id]
        # What orders wait for stays short: these pieces came back broken.
        one.is_good &= not any((one.plan.store.warehouse_id, sku) in short for _pk, _pieces, sku in one.lines)


def _number_money(money: list[Comeback]) -> None:
    numbers = daily_numbers(REFUND_SERIES, REFUND_SERIES, [one.at[Stage.REQUESTED].date() for one in money])
    for one, key, number in zip(money, reserved_keys(Refund, len(money)), numbers, strict=True):
        one.refund_key, one.refund_number = key, number


def _put_away(goods: list[Comeback], lives: "_Lives") -> None:
    homes = StockDocumentLine.objects.values_list("bin__warehouse_id", "sku_id", "bin_id")
    usual = {(warehouse, sku): place for warehouse, sku, place in homes}
    defects = dict(Bin.objects.filter(kind=Bin.Kind.DEFECTS).values_list("warehouse_id", "pk"))
    write_rows(StockMove, (
        {
            "warehouse_id": house, "bin_id": usual[house, sku or 0] if one.is_good else defects[house], "sku_id": sku,
            "quantity": pieces, "kind": StockMove.Kind.RETURN.value, "subject_type": SUBJECT,
            "subject_id": one.return_key, "user_id": lives.packer(one, Stage.INSPECTED).user_id,
            "moved_at": one.at[Stage.INSPECTED],
        }
        for one in goods if Stage.INSPECTED in one.at
        for house in (one.plan.store.warehouse_id,)
        for _pk, pieces, sku in one.lines
    ))  # fmt: skip


class _Lives:
    """The rows as they were born, and what happened to them."""

    def __init__(self, company: DemoCompany, roster: Roster, acts: Acts) -> None:
        self._roster, self._acts = roster, acts
        self._reasons = dict(ReturnReason.objects.values_list("code", "pk"))
        self._carriers = dict(Carrier.objects.values_list("code", "name"))
        people = [person for person in company.people if person.user_id]
        self._payer = next(person for person in people if person.role == "finance")
        self._deciders = [person for person in people if person.role in ("service_lead", "manager")]

    def packer(self, one: Comeback, stage: Stage) -> DemoPerson:
        """Who stood at the bench of the returns."""
        at = one.at[stage]
        return self._roster.packer(one.plan.store.warehouse_id, at, dice("bench", one.plan.number))

    def goods(self, one: Comeback) -> Life:
        """The return order."""
        row = self._return(one.return_key, one.return_number, one.plan.store.warehouse_id, one.waybill) | {
            "store_id": one.plan.store.pk, "shipping_order_id": one.plan.shipping_id,
            "reason_id": self._reasons[one.why], "announced_by_id": one.clerk.user_id,
            "announced_at": one.at[Stage.ANNOUNCED],
        }  # fmt: skip
        past = []
        for stage, verb, who in BENCH:
            if stage in one.at:
                by = self.packer(one, stage)
                who_did: dict[str, Any] = {who: by.user_id}
                past.append(self._acts.move(ReturnOrder, verb, one.at[stage], by, **who_did))
        if Stage.CLOSED in one.at:
            past.append(self._acts.move(ReturnOrder, "close", one.at[Stage.CLOSED], one.clerk))
        return row, past

    def strays(self, found: list[tuple[int, str, dt.datetime]]) -> list[Life]:
        """Ownerless parcels: scanned, and nobody knows more."""
        found = sorted(found, key=lambda each: each[2])
        numbers = daily_numbers(RETURN_SERIES, RETURN_SERIES, [at.date() for _house, _waybill, at in found])
        lives = []
        keys = reserved_keys(ReturnOrder, len(found))
        for (house, waybill, at), key, number in zip(found, keys, numbers, strict=True):
            by = self._roster.packer(house, at, dice("bench", waybill))
            row = self._return(key, number, house, waybill) | {
                "store_id": None, "shipping_order_id": None, "reason_id": None, "announced_by_id": by.user_id,
                "announced_at": at,
            }  # fmt: skip
            lives.append((row, [self._acts.move(ReturnOrder, "receive", at, by, received_by_id=by.user_id)]))
        return lives

    def _return(self, key: int, number: str, warehouse: int, waybill: str) -> dict[str, Any]:
        return {
            **dict.fromkeys(STAMPS), "id": key, "number": number, "state": "announced", "warehouse_id": warehouse,
            "carrier": self._carriers[carrier_of(waybill)] if waybill else "", "waybill_number": waybill, "note": "",
            "key": _key("return", number), "received_by_id": None, "inspected_by_id": None,
        }  # fmt: skip

    def lines(self, goods: list[Comeback]) -> Iterator[Life]:
        """All lines of each order, counted good or bad where somebody has looked."""
        of = [(one, line) for one in goods for line in one.lines]
        for (one, (shipping_line, pieces, sku)), key in zip(of, reserved_keys(ReturnLine, len(of)), strict=True):
            row = {
                "id": key, "return_order_id": one.return_key, "shipping_line_id": shipping_line, "sku_id": sku,
                "quantity": pieces, "good_quantity": None, "bad_quantity": None, "note": "",
            }  # fmt: skip
            if Stage.INSPECTED not in one.at:
                yield row, []
                continue
            by, count = self.packer(one, Stage.INSPECTED), (pieces, 0) if one.is_good else (0, pieces)
            counted = {"good_quantity": count[0], "bad_quantity": count[1]}
            yield row, [self._acts.act(INSPECT_VERB, one.at[Stage.INSPECTED], by, counted)]

    def money(self, one: Comeback) -> Life:
        """The refund: asked for by the clerk, agreed to by somebody else, written down by finance."""
        row = {
            **dict.fromkeys(MONEY_STAMPS), "id": one.refund_key, "number": one.refund_number, "state": "requested",
            "order_id": one.plan.order_id, "return_order_id": one.return_key or None, "amount": yuan(one.amount),
            "reason": refund_reason(one), "waits_for_goods": one.has_goods, "key": _key("refund", one.refund_number),
            "requested_by_id": one.clerk.user_id, "requested_at": one.at[Stage.REQUESTED], "approved_by_id": None,
            "paid_by_id": None, "platform_refund_number": "",
        }  # fmt: skip
        past = []
        if Stage.APPROVED in one.at:
            by = next(person for person in self._deciders if person.user_id != one.clerk.user_id)
            past.append(self._acts.move(Refund, "approve", one.at[Stage.APPROVED], by, approved_by_id=by.user_id))
        if Stage.PAID in one.at:
            there = f"{dice('refund', one.plan.number).randrange(10**15):015d}"
            paid: dict[str, Any] = {"paid_by_id": self._payer.user_id, "platform_refund_number": there}
            past.append(self._acts.move(Refund, "pay", one.at[Stage.PAID], self._payer, **paid))
        return row, past


def _key(*parts: str) -> str:
    """The key of the form, made up the same way every time."""
    return str(UUID(int=dice(*parts).getrandbits(128)))
