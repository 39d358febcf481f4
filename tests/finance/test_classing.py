"""What a line is about: by the usual rules, and never by a guess."""

from decimal import Decimal

import pytest

from apps.finance.imports import alipay
from apps.finance.rules.classes import LineClass
from apps.finance.rules.classing import Pattern, Said, classed
from apps.finance.rules.usual import USUAL
from tests.finance.test_alipay_files import DAY, MONTH, read

PATTERNS = [pattern for _name, pattern in USUAL]


def said(code: str = "", kind: str = "", text: str = "", number: str = "", amount: str = "-1.00") -> Said:
    return Said(code, kind, text, number, Decimal(amount))


def of_line(line: alipay.Line) -> str:
    text = f"{line.description} {line.note} {line.title}"
    return classed(Said(line.code, line.kind_text, text, line.merchant_number, line.amount), PATTERNS)[0]


def test_every_line_of_the_sample_month_has_the_class_that_its_code_means() -> None:
    assert [of_line(line) for line in read(MONTH)[1]] == [
        "sale", "platform_fee", "affiliate", "insurance", "sale", "platform_fee", "sale", "payment_fee", "platform_fee",
        "sale", "refund", "transfer", "transfer", "compensation", "sale",
    ]  # fmt: skip


def test_without_codes_the_same_lines_have_the_same_classes() -> None:
    assert [of_line(line) for line in read(DAY)[1]] == ["sale", "payment_fee", "platform_fee"]


@pytest.mark.parametrize(
    ("line_class", "codes", "amount"),
    [
        ("sale", ["0010001", "0010002", "0010022", "001002200001"], "1.00"),
        ("refund", ["0020001", "0020005", "0020011"], "-1.00"),
        ("deposit_refund", ["0020002"], "-1.00"),
        (
            "platform_fee",
            ["0030001", "0030018", "0030003", "0030002", "0030007", "0030088", "0030130", "0170125T"],
            "-1.00",
        ),
        ("payment_fee", ["0030038", "003003800001"], "-1.00"),
        ("marketing", ["0030153T", "0030162T", "0060092T", "0530294T"], "-1.00"),
        ("insurance", ["0050005"], "-1.00"),
        ("affiliate", ["0060011"], "-1.00"),
        ("donation", ["0110001"], "-1.00"),
        (
            "transfer",
            ["064000200001", "064000200002", "0080001", "008000200001", "008000200003", "008002800014", "008002800015"],
            "-1.00",
        ),
    ],
)
def test_a_code_of_the_account_detail_means_one_class(line_class: str, codes: list[str], amount: str) -> None:
    assert {code: classed(said(code, amount=amount), PATTERNS)[0] for code in codes} == dict.fromkeys(codes, line_class)


def test_a_deposit_taken_for_shipping_late_is_compensation_and_no_transfer() -> None:
    assert classed(said("0080001", "其它", "提现-延迟发货"), PATTERNS)[0] == LineClass.COMPENSATION
    assert classed(said("0080001", "提现", "提现"), PATTERNS)[0] == LineClass.TRANSFER


def test_a_fee_with_a_code_that_nobody_knows_stays_unclassified_whatever_words_stand_beside_it() -> None:
    assert classed(said("0999001", "收费", "新服务费"), PATTERNS) == (LineClass.UNCLASSIFIED, None)


def test_income_under_the_code_of_a_refund_is_not_a_refund() -> None:
    assert classed(said("0020001", "交易退款", "", amount="5.00"), PATTERNS)[0] == LineClass.UNCLASSIFIED


def test_an_online_payment_without_a_number_of_the_shop_is_no_sale() -> None:
    assert classed(said("", "在线支付", "", "CHARGE_1", "5.00"), PATTERNS)[0] == LineClass.UNCLASSIFIED


@pytest.mark.parametrize(("first", "second"), [("sale", "marketing"), ("marketing", "sale")])
def test_the_first_rule_that_fits_wins(first: str, second: str) -> None:
    rules = [Pattern(1, first, code="0010"), Pattern(2, second, code="0010001")]

    assert classed(said("0010001"), rules) == (first, 1)
