"""Who and where: the company, its clients, warehouses and stores, its people with their log-ins and absences."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from apps.core.calendar import ONE_DAY
from apps.desk.demo.accounts import PASSWORD
from apps.desk.demo.source import read
from apps.org.models import (
    Absence,
    Client,
    Company,
    Employee,
    Position,
    Store,
    StoreGrant,
    Team,
    User,
    Warehouse,
    WarehouseGrant,
)


@dataclass(frozen=True, slots=True)
class DemoStore:
    """A store as the builders need it. share: how many of hundred orders are its own."""

    pk: int
    code: str
    platform: str
    client: str
    warehouse_id: int
    share: int
    item_prefix: str


@dataclass(slots=True)
class DemoPerson:
    """Somebody on staff. stores: the codes of those they work for. shift: rota, day or nothing."""

    nth: int
    name: str
    user_id: int | None
    role: str
    stores: frozenset[str]
    warehouse_id: int | None
    shift: str
    away: list[tuple[dt.date, dt.date]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """The rows that everything else refers to."""

    stores: list[DemoStore]
    people: list[DemoPerson]
    client_ids: dict[str, int]


def build_company(now: dt.datetime) -> DemoCompany:
    """Write everybody and every place. now: the instant from which the absences count."""
    clients, stores = _places()
    people = _people(stores, {row.code: row.pk for row in Warehouse.objects.all()}, now)
    _absences(people, now.date())
    return DemoCompany(stores, list(people.values()), clients)


def _places() -> tuple[dict[str, int], list[DemoStore]]:
    facts = read("company")
    if not Company.objects.exists():
        Company.objects.create(name=facts["company"])
    clients = Client.objects.bulk_create([Client(name=client["name"]) for client in facts["clients"]])
    client_ids = {client["code"]: row.pk for client, row in zip(facts["clients"], clients, strict=True)}
    houses = Warehouse.objects.bulk_create([Warehouse(**warehouse) for warehouse in facts["warehouses"]])
    house_ids = {row.code: row.pk for row in houses}
    rows = Store.objects.bulk_create(
        [
            Store(
                **{name: store[name] for name in ("code", "name", "platform", "kind", "brand")},
                client_id=client_ids[store["client"]], warehouse_id=house_ids[store["warehouse"]],
            )
            for store in facts["stores"]
        ]
    )  # fmt: skip
    return client_ids, [_demo_store(row, store) for row, store in zip(rows, facts["stores"], strict=True)]


def _demo_store(row: Store, facts: dict[str, Any]) -> DemoStore:
    return DemoStore(
        row.pk, row.code, row.platform, facts["client"], row.warehouse_id, facts["share"], facts["item_prefix"]
    )


def _people(stores: list[DemoStore], houses: dict[str, int], now: dt.datetime) -> dict[str, DemoPerson]:
    """Employees by number, with log-in, role, stores and warehouse where they have one."""
    facts = read("staff")
    users = _users([person for person in facts["people"] if "username" in person], now)
    _employees(facts, users)
    people = {}
    for nth, person in enumerate(facts["people"]):
        mine = frozenset(store.code for store in stores if store.client in person.get("clients", ()))
        people[person["number"]] = DemoPerson(
            nth, person["name"], users.get(person["number"]), person.get("role", ""), mine,
            houses.get(person.get("warehouse", "")), person.get("shift", ""),
        )  # fmt: skip
    _grant(people.values(), stores)
    return people


def _users(people: list[dict[str, Any]], now: dt.datetime) -> dict[str, int]:
    """Log-ins by employee number. One hash serves all: the password is printed on the console anyway."""
    password = make_password(PASSWORD)
    rows = User.objects.bulk_create(
        [
            User(
                username=person["username"], name=person["name"], password=password, password_changed_at=now,
                date_joined=now,
            )
            for person in people
        ]
    )  # fmt: skip
    groups = dict(Group.objects.values_list("name", "pk"))
    membership: Any = User.groups.through
    membership.objects.bulk_create(
        [membership(user_id=row.pk, group_id=groups[p["role"]]) for row, p in zip(rows, people, strict=True)]
    )
    return {person["number"]: row.pk for row, person in zip(rows, people, strict=True)}


def _employees(facts: dict[str, Any], users: dict[str, int]) -> None:
    teams: dict[str, Team] = {}
    for team in facts["teams"]:
        teams[team["name"]] = Team.objects.create(name=team["name"], parent=teams.get(team.get("part_of", "")))
    names = dict.fromkeys(person["position"] for person in facts["people"])
    positions = {row.name: row for row in Position.objects.bulk_create([Position(name=name) for name in names])}
    Employee.objects.bulk_create(
        [
            Employee(
                number=person["number"], name=person["name"], user_id=users.get(person["number"]),
                team=teams[person["team"]], position=positions[person["position"]], joined_on=person["joined_on"],
            )
            for person in facts["people"]
        ]
    )  # fmt: skip


def _grant(people: Any, stores: list[DemoStore]) -> None:
    with_log_in = [person for person in people if person.user_id]
    StoreGrant.objects.bulk_create(
        [
            StoreGrant(user_id=person.user_id, store_id=store.pk)
            for person in with_log_in
            for store in stores
            if store.code in person.stores
        ]
    )
    WarehouseGrant.objects.bulk_create(
        [
            WarehouseGrant(user_id=person.user_id, warehouse_id=person.warehouse_id)
            for person in with_log_in
            if person.warehouse_id
        ]
    )


def _absences(people: dict[str, DemoPerson], today: dt.date) -> None:
    employees = dict(Employee.objects.values_list("number", "pk"))
    rows = []
    for absence in read("staff")["absences"]:
        first = today + ONE_DAY * absence["from_day"]
        after = first + ONE_DAY * absence["days"]
        people[absence["who"]].away.append((first, after))
        rows.append(
            Absence(
                employee_id=employees[absence["who"]], stand_in_id=employees[absence["stand_in"]],
                days=(first, after), note=absence["note"],
            )
        )  # fmt: skip
    Absence.objects.bulk_create(rows)
