"""The Chinese catalogue is written as Chinese is printed."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings

from apps.core.management.commands.check_catalogues import half_width


def _catalogue_of(text: str) -> Catalog:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("message", text)
    return catalogue


@pytest.mark.parametrize("text", ["已保存,请刷新。", "金额:%(amount)s", "重量(克)", "为什么挂起?", "第 3 行;第 4 行"])
def test_a_chinese_text_with_half_width_signs_is_named(text: str) -> None:
    assert half_width(_catalogue_of(text)) == [f"half-width signs: {text}"]


@pytest.mark.parametrize(
    "text", ["已保存，请刷新。", "14:00 截单", "一次最多 2,000 个订单。", "%(name)s（已停用）", "CSV, xlsx"]
)
def test_chinese_signs_times_and_numbers_pass(text: str) -> None:
    assert half_width(_catalogue_of(text)) == []


def test_the_catalogue_itself_has_none() -> None:
    path = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

    with path.open("rb") as file:
        assert half_width(read_po(file)) == []
