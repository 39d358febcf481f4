"""What every template keeps: icons that exist, nothing inline, nothing from elsewhere, little weight."""

import gzip
import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from apps.orders.models import ShippingOrder
from apps.org.models import User

Browse = Callable[..., Client]
ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted(
    [*(ROOT / "templates" / "desk").rglob("*.html"), *(ROOT / "templates" / "components").rglob("*.html")]
)
SCRIPTS = sorted((STATIC / "desk").glob("*.js"))
SHELL_BYTES = 12 * 1024
SCRIPT_BYTES_ZIPPED = 15 * 1024
COLD_PAGE_BYTES = 300 * 1024
LIST_BYTES = 100 * 1024


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """The script that builds the sprite."""
    spec = importlib.util.spec_from_file_location("build_icons", ROOT / "tools" / "build_icons.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_icon_that_is_named_is_in_the_sprite_and_no_other(builder: ModuleType) -> None:
    assert builder.used_icons() == builder.icons_in_sprite()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_script_style_or_handler_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|\shx-on|javascript:|hx-vals=['\"]js:", text)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_evaluates_nothing_and_writes_no_html(script: Path) -> None:
    text = script.read_text(encoding="utf-8")

    assert not re.search(r"\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write", text)


def test_own_scripts_stay_small() -> None:
    assert sum(len(gzip.compress(script.read_bytes())) for script in SCRIPTS) <= SCRIPT_BYTES_ZIPPED


def test_an_empty_page_is_light_and_asks_nothing_from_elsewhere(browse: Browse, pia: User) -> None:
    answer = browse(pia).get("/desk/")
    page = answer.content.decode()
    assets = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))

    assert len(answer.content) <= SHELL_BYTES
    assert not re.search(r"https?://", page)
    weight = sum((STATIC / asset.removeprefix("/static/")).stat().st_size for asset in assets)
    assert len(answer.content) + weight <= COLD_PAGE_BYTES


def test_a_full_list_page_stays_under_its_budget(
    browse: Browse, lin: User, an_order: Callable[..., ShippingOrder]
) -> None:
    for _ in range(51):
        an_order(buyer_message="麻烦用顺丰发" * 20, seller_memo="客户要求周一再发" * 20, flag="red")

    answer = browse(lin).get("/desk/orders/?tab=all")

    assert len(answer.content) <= LIST_BYTES


@pytest.mark.parametrize("page", ["/desk/", "/desk/orders/", "/desk/imports/", "/desk/jobs/", "/desk/profile/"])
def test_desk_pages_run_under_the_strict_policy(browse: Browse, lin: User, page: str) -> None:
    policy = browse(lin).get(page)["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


@pytest.mark.parametrize(("address", "status"), [("/desk/nowhere/", 404), ("/desk/orders/999999/", 404)])
def test_a_page_that_is_not_there_says_so_in_the_readers_language(
    browse: Browse, lin: User, address: str, status: int
) -> None:
    answer = browse(lin).get(address)

    assert answer.status_code == status
    assert "This page does not exist, or it belongs to another store." in answer.content.decode()


def test_the_sidebar_of_the_record_pages_leads_back_to_the_desk(browse: Browse, lin: User, pia: User) -> None:
    from apps.desk.records_menu import records_menu

    class Asked:
        """A request as the theme hands it over."""

        def __init__(self, user: User) -> None:
            self.user = user

    links = {who: [item["link"] for group in records_menu(Asked(user)) for item in group["items"]]
             for who, user in (("lin", lin), ("pia", pia))}  # fmt: skip

    assert "/desk/orders/" in links["lin"]
    assert "/desk/orders/" not in links["pia"]


def test_the_help_names_every_page_that_two_keys_open_for_this_person(browse: Browse, lin: User) -> None:
    page = re.sub(r"\s+", " ", browse(lin).get("/desk/").content.decode())

    assert "<dt>Returns</dt> <dd><kbd>G</kbd> then <kbd>R</kbd></dd>" in page
    assert "<dt>My scores and pay</dt> <dd><kbd>G</kbd> then <kbd>Y</kbd></dd>" in page
    assert "<dt>Bills</dt>" not in page


def test_every_page_of_the_menu_has_an_icon_of_its_own_on_the_record_pages() -> None:
    from apps.desk.navigation.pages import SECTIONS
    from apps.desk.records_menu import SYMBOLS

    pages = {item.url_name for section in SECTIONS for item in section.items}

    assert pages - set(SYMBOLS) == set()
