"""Every module of an app stands in a room: import-linter holds the order of the rooms, this holds that none is left out."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# No rooms: the paragraph about the app, its wiring, and what was true of its tables once.
BESIDE_THE_ROOMS = {"__init__", "apps", "migrations"}


def test_every_module_of_an_app_is_named_once_in_the_rooms_of_its_app() -> None:
    assert misplaced(modules_in(ROOT / "apps"), contracts_of_the_house()) == []


def test_the_rooms_of_an_app_are_in_one_contract() -> None:
    contracts_by_app: dict[str, set[str]] = {}
    for contract in contracts_of_the_house():
        for app in {
            room.split(".")[1] for room in _rooms_of(contract) if room.startswith("apps.") and room.count(".") > 1
        }:
            contracts_by_app.setdefault(app, set()).add(contract["name"])

    assert [app for app, contracts in contracts_by_app.items() if len(contracts) > 1] == []


def test_a_module_that_no_contract_names_is_told(tmp_path: Path) -> None:
    for name in ("cellar.py", "models.py", "queries/orders.py", "migrations/0001_initial.py", "__init__.py"):
        (tmp_path / "orders" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "orders" / name).touch()

    found = misplaced(modules_in(tmp_path), contracts_of_the_house())

    assert found == ["apps.orders.cellar stands in 0 rooms"]


def test_a_module_that_stands_in_two_rooms_is_told() -> None:
    twice = {"layers": ["apps.orders.models | (apps.orders.cellar)", "apps.orders.cellar"]}
    inside = {"containers": ["apps.links", "apps.files"], "layers": ["(tasks) | admin"]}

    found = misplaced(["apps.orders.models", "apps.orders.cellar", "apps.files.admin"], [twice, inside])

    assert found == ["apps.orders.cellar stands in 2 rooms"]


def misplaced(modules: Iterable[str], contracts: Iterable[dict[str, Any]]) -> list[str]:
    """One line for each module that is not named exactly once."""
    named = Counter(name for contract in contracts for name in _rooms_of(contract))
    return [f"{module} stands in {named[module]} rooms" for module in modules if named[module] != 1]


def modules_in(folder: Path) -> list[str]:
    """The first level of every app: files of Python, and folders that hold such."""
    inside = (path for app in sorted(folder.iterdir()) if app.is_dir() for path in sorted(app.iterdir()))
    return [
        f"apps.{path.parent.name}.{path.stem}"
        for path in inside
        if (path.suffix == ".py" or any(path.glob("*.py"))) and path.stem not in BESIDE_THE_ROOMS
    ]


def contracts_of_the_house() -> list[dict[str, Any]]:
    """The contracts of import-linter as pyproject.toml has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def _rooms_of(contract: dict[str, Any]) -> list[str]:
    names = [name.strip(" ()") for layer in contract["layers"] for name in re.split("[|:]", layer)]
    return (
        [f"{container}.{name}" for container in contract["containers"] for name in names]
        if "containers" in contract
        else names
    )
