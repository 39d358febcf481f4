"""What the platforms' words mean in the house's states, and what becomes of words that nobody knows."""

import datetime as dt
from decimal import Decimal
from types import ModuleType

import pytest

from apps.core.calendar import SHANGHAI
from apps.orders.imports import douyin, jd, pdd, taobao, youzan
from apps.orders.imports.states import state_of_lines
from apps.orders.workflows.order import OrderState

PAID_AT = dt.datetime(2026, 9, 1, 10, 0, tzinfo=SHANGHAI)
MODULES = [taobao, jd, pdd, douyin, youzan]


def _state(platform: ModuleType, **fields: object) -> str:
    (state,) = platform.states_of({name: [value] for name, value in fields.items()}, 1)
    return str(state)


@pytest.mark.parametrize("platform", MODULES)
def test_every_word_means_a_state_of_the_machine(platform: ModuleType) -> None:
    assert set(platform.STATES.values()) <= set(OrderState.values)


@pytest.mark.parametrize("platform", MODULES)
@pytest.mark.parametrize("text", ["", "None", "已寄出", "待发货(新)", "交易成功 等待买家付款", "<script>", "9"])
def test_a_word_that_nobody_knows_is_never_guessed(platform: ModuleType, text: str) -> None:
    assert (
        _state(platform, status_text=text, paid_at=PAID_AT, paid_amount=Decimal(1), goods_amount=Decimal(1))
        == "unknown"
    )


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("等待买家付款", "wait_pay"),
        ("买家已付款，等待卖家发货", "wait_ship"),
        ("买家已付款,等待卖家发货", "wait_ship"),
        ("卖家部分发货", "part_shipped"),
        ("卖家已发货，等待买家确认", "shipped"),
        ("买家已签收", "signed"),
        ("交易成功", "done"),
        ("PAID_FORBID_CONSIGN", "hold"),
    ],
)
def test_taobao(text: str, state: str) -> None:
    assert _state(taobao, status_text=text, paid_at=PAID_AT) == state


@pytest.mark.parametrize(
    ("paid_at", "paid", "refund", "reason", "state"),
    [
        (None, "0", "0", "买家未付款", "closed_unpaid"),
        (None, None, None, "", "closed_unpaid"),
        (PAID_AT, "66", "66", "退款", "closed_refund"),
        (PAID_AT, "66", "66", "", "closed_refund"),
        (PAID_AT, "66", None, "退款", "closed_refund"),
        (PAID_AT, "66", "20", "其他原因", "closed"),
        (PAID_AT, "66", "0", "", "closed"),
    ],
)
def test_a_closed_taobao_trade_is_told_apart_by_its_money(
    paid_at: object, paid: str | None, refund: str | None, reason: str, state: str
) -> None:
    amounts = {name: amount and Decimal(amount) for name, amount in (("paid_amount", paid), ("refund_amount", refund))}

    assert _state(taobao, status_text="交易关闭", paid_at=paid_at, close_reason=reason, **amounts) == state


@pytest.mark.parametrize(("paid", "state"), [("66.00", "closed"), ("0.00", "closed_unpaid")])
def test_where_the_time_of_payment_was_not_exported_the_amount_tells_whether_a_trade_was_paid(
    paid: str, state: str
) -> None:
    assert _state(taobao, status_text="交易关闭", paid_amount=Decimal(paid)) == state


@pytest.mark.parametrize(
    ("text", "paid_at", "state"),
    [
        ("待付款", None, "wait_pay"),
        ("等待出库", PAID_AT, "wait_ship"),
        ("等待发货", PAID_AT, "wait_ship"),
        ("等待确认收货", PAID_AT, "shipped"),
        ("完成", PAID_AT, "done"),
        ("取消", None, "closed_unpaid"),
        ("已取消", PAID_AT, "closed_refund"),
        ("(删除)等待出库", PAID_AT, "closed_refund"),
        ("（删除）待付款", None, "closed_unpaid"),
        ("已锁定", PAID_AT, "hold"),
        ("暂停", PAID_AT, "hold"),
        ("配送退货", PAID_AT, "closed_refund"),
        ("WAIT_SELLER_STOCK_OUT", PAID_AT, "wait_ship"),
    ],
)
def test_jd(text: str, paid_at: object, state: str) -> None:
    assert _state(jd, status_text=text, paid_at=paid_at) == state


def test_a_split_jd_order_is_closed_by_the_platforms_memo_but_not_by_a_clerks() -> None:
    assert (
        _state(jd, status_text="等待出库", paid_at=PAID_AT, seller_memo="订单拆分为  318000000104 318000000105")
        == "closed"
    )
    assert _state(jd, status_text="等待出库", paid_at=PAID_AT, seller_memo="订单拆分为两个包裹") == "wait_ship"


def test_a_cancelled_jd_order_without_the_column_of_payment_is_closed_without_saying_how() -> None:
    assert _state(jd, status_text="取消") == "closed"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("待付款", "wait_pay"),
        ("待发货", "wait_ship"),
        ("已发货，待签收", "shipped"),
        ("已发货，待收货", "shipped"),
        ("已发货,待收货", "shipped"),
        ("已签收", "signed"),
        ("已收货", "done"),
        ("未发货，退款成功", "closed_refund"),
        ("未发货退款成功", "closed_refund"),
        ("已发货，退款成功", "closed_refund"),
        ("已收货，退款成功", "closed_refund"),
        ("已取消", "closed_unpaid"),
        ("交易关闭", "closed_unpaid"),
    ],
)
def test_pinduoduo(text: str, state: str) -> None:
    assert _state(pdd, status_text=text, after_sales="无售后或售后取消") == state


def test_a_cancelled_pinduoduo_order_that_was_paid_did_not_end_before_payment() -> None:
    paid = {"status_text": "已取消", "paid_at": PAID_AT, "paid_amount": Decimal("39.90")}

    assert _state(pdd, **paid, after_sales="无售后或售后取消") == "closed"
    assert _state(pdd, **paid, after_sales="退款成功") == "closed_refund"


@pytest.mark.parametrize(
    ("text", "paid_at", "after_sales", "state"),
    [
        ("待支付", None, "", "wait_pay"),
        ("已支付", PAID_AT, "", "wait_ship"),
        ("备货中", PAID_AT, "", "wait_ship"),
        ("待发货", PAID_AT, "售后处理中", "wait_ship"),
        ("部分发货", PAID_AT, "", "part_shipped"),
        ("已发货", PAID_AT, "", "shipped"),
        ("已完成", PAID_AT, "", "done"),
        ("已关闭", None, "", "closed_unpaid"),
        ("已取消", None, "", "closed_unpaid"),
        ("已关闭", PAID_AT, "退款成功", "closed_refund"),
        ("已关闭", PAID_AT, "同意退款，退款成功", "closed_refund"),
        ("已关闭", PAID_AT, "售后关闭", "closed"),
    ],
)
def test_douyin(text: str, paid_at: object, after_sales: str, state: str) -> None:
    assert _state(douyin, status_text=text, paid_at=paid_at, after_sales=after_sales) == state


@pytest.mark.parametrize(
    ("text", "refund", "state"),
    [
        ("待付款", "0.00", "wait_pay"),
        ("待发货", "0.00", "wait_ship"),
        ("已发货", "20.00", "shipped"),
        ("交易完成", "0.00", "done"),
        ("交易关闭", "88.00", "closed_refund"),
        ("交易关闭", "20.00", "closed"),
        ("交易关闭", "0.00", "closed"),
    ],
)
def test_youzan(text: str, refund: str, state: str) -> None:
    assert _state(youzan, status_text=text, goods_amount=Decimal("88.00"), refund_amount=Decimal(refund)) == state


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["done", "done"], "done"),
        (["shipped", "done"], "shipped"),
        (["wait_ship", "shipped"], "part_shipped"),
        (["wait_ship", "done"], "part_shipped"),
        (["part_shipped", "shipped"], "part_shipped"),
        (["closed_refund", "shipped"], "shipped"),
        (["closed_refund", "wait_ship"], "wait_ship"),
        (["closed_refund", "closed_refund"], "closed_refund"),
        (["closed_refund", "closed_unpaid"], "closed"),
        (["unknown", "done"], "unknown"),
        (["wait_pay", "wait_ship"], "wait_pay"),
    ],
)
def test_an_order_is_as_far_as_its_slowest_open_line(states: list[str], state: str) -> None:
    assert state_of_lines(states) == state
    assert state_of_lines(states[::-1]) == state
