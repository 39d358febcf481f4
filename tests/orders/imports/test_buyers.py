"""Contact data at the border: what may be shown, what is searched by, and what never leaves the vault."""

import json

import pytest

from apps.core.crypto import decrypt
from apps.orders.imports.buyers import masked_name, masked_phone, place_of, sealed_contact
from apps.orders.imports.regions import region_of
from apps.orders.imports.rows import NO_CONTACT, ORDER_COLUMNS

CONTACT = ORDER_COLUMNS[ORDER_COLUMNS.index("contact_digest") :]
ADDRESS = "浙江省 杭州市 余杭区 虚构街道样例路1号"


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("浙江省   杭州市   余杭区   虚构街道样例路**号测试小区(311100)", ("浙江省", "杭州市", "余杭区")),
        ("广东省 深圳市 其它区 虚构路1号", ("广东省", "深圳市", "其它区")),
        ("新疆维吾尔自治区 伊犁哈萨克自治州 伊宁市 虚构路1号", ("新疆维吾尔自治区", "伊犁哈萨克自治州", "伊宁市")),
        ("上海 上海市 浦东新区 虚构路1号", ("上海", "上海市", "浦东新区")),
        ("北京市 朝阳区 虚构街道虚构路1号", ("北京市", "北京市", "朝阳区")),
        ("广东省 深圳市 南山区虚构路1号", ("广东省", "深圳市", "南山区")),
        ("广东省 深圳市 虚构路1号", ("广东省", "深圳市", "")),
        ("广东省 深圳市", ("广东省", "深圳市", "")),
        ("广东省 深圳市南山区虚构路1号", ("广东省", "", "")),
        ("广东省深圳市南山区虚构路1号", ("", "", "")),
        ("张三 13800001111 北京市朝阳区虚构路1号", ("", "", "")),
        ("虚构路1号 某小区 3单元 402", ("", "", "")),
        ("海外 某国 某州 some street 1", ("海外", "某国", "某州")),
        ("***", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_only_what_is_certainly_a_region_is_kept_in_plain(address: str, region: tuple[str, str, str]) -> None:
    assert region_of(address) == region


@pytest.mark.parametrize(
    ("name", "shown"),
    [("样例人", "样**"), ("样*", "样**"), ("样**", "样**"), ("样例*", "样**"), ("*人", "*人"), ("", "")],
)
def test_a_name_shows_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800001111", "138****1111"), ("138****1111", "138****1111"), ("110", "****"), ("", "")],
)
def test_a_phone_shows_its_ends(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


def test_a_full_contact_is_sealed_hashed_and_masked() -> None:
    sealed = sealed_contact(
        store_id=1, number="4001", buyer="tb_1", receiver="样例人", phone="13800001111", address=ADDRESS
    )

    stored = dict(zip(CONTACT, sealed.columns(), strict=True))
    assert json.loads(decrypt(sealed.sealed or b"", place=place_of(1, "4001"))) == [
        "样例人",
        "13800001111",
        "",
        ADDRESS,
    ]
    assert (stored["receiver_masked"], stored["phone_masked"], stored["buyer_masked"]) == ("样**", "138****1111", "t**")
    assert None not in (stored["contact_digest"], stored["phone_hash"], stored["tail_hash"], stored["name_hash"])
    assert stored["is_masked"] is False
    for plain in ("样例人", "13800001111", "虚构街道", "tb_1"):
        assert plain not in repr(stored)


def test_a_contact_that_is_known_keeps_its_digest_and_its_bytes() -> None:
    awkward = sealed_contact(
        store_id=1, number="4001", buyer="tb_1", receiver='样 "例" \\人\t\u2028😀', phone="13800001111",
        telephone="0571-88881234", address=f"{ADDRESS}\x7f/é",
    )  # fmt: skip

    facts = '["样 \\"例\\" \\\\人\\t\u2028😀", "13800001111", "0571-88881234", "浙江省 杭州市 余杭区 虚构街道样例路1号\x7f/é"]'
    assert decrypt(awkward.sealed or b"", place=place_of(1, "4001")).decode() == facts
    assert (awkward.digest or b"").hex() == "39be5bf5c749f84afcc04230e737151c"
    assert (sealed_contact(store_id=1, number="4001").digest or b"").hex() == "6aaa1c8d096af7926be469d700ea0a28"


@pytest.mark.parametrize(
    "masked",
    [
        {"receiver": "样**"},
        {"phone": "138****1111"},
        {"telephone": "0571-****111"},
        {"address": "浙江省 杭州市 余杭区 ***"},
    ],
)
def test_a_contact_with_any_masked_part_is_masked_and_cannot_tell_a_change(masked: dict[str, str]) -> None:
    full = {"receiver": "样例人", "phone": "13800001111", "address": ADDRESS}

    sealed = sealed_contact(store_id=1, number="4001", **{**full, **masked})

    stored = dict(zip(CONTACT, sealed.columns(), strict=True))
    assert (stored["is_masked"], stored["contact_digest"]) == (True, None)


def test_a_contact_without_anything_in_it_says_nothing() -> None:
    assert sealed_contact(store_id=1, number="4001").columns() == NO_CONTACT
    assert len(NO_CONTACT) == len(CONTACT)


def test_a_region_is_said_whole_or_not_at_all() -> None:
    known = sealed_contact(store_id=1, number="4001", receiver="样例人", address="广东省 深圳市 虚构路1号")
    unknown = sealed_contact(store_id=1, number="4001", receiver="样例人", address="虚构路1号")

    region = slice(CONTACT.index("province"), CONTACT.index("district") + 1)
    assert known.columns()[region] == ("广东省", "深圳市", "")
    assert unknown.columns()[region] == (None, None, None)


def test_a_masked_phone_is_found_by_its_tail_but_not_as_a_whole() -> None:
    sealed = sealed_contact(store_id=1, number="4001", phone="138****1111")

    assert sealed.phone_hash is None
    assert sealed.tail_hash == sealed_contact(store_id=1, number="4002", phone="13900001111").tail_hash
