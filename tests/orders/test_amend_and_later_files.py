"""What the platform's next file makes of a correction: it stays until the platform says something new."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.audit.queries import timeline_of
from apps.orders.actions import amend_order
from apps.orders.actions.reveal import unsealed
from apps.orders.models import BuyerContact, Order, ShippingOrder
from apps.orders.models.order import AMEND_VERB
from apps.orders.rules.amendment import Amendment, Contact
from apps.org.actors import Actor

pytestmark = pytest.mark.rule("ORD-05", "ORD-06")
REASON = "客户来电"


@pytest.mark.django_db
class TestALaterFile:
    """What the platform's next file makes of a correction."""

    HEADER = "订单编号,买家实付金额,订单状态,订单创建时间,收货人姓名,联系手机,收货地址,商家备注"
    NUMBER = "4001260901000010015"

    @pytest.fixture
    def file(self, imported: Callable[..., Any], upload: Callable[..., Any]) -> Callable[..., Order]:
        """Import one order with these cells: `file(phone="…")`; further files say the same unless told otherwise."""
        running = iter(range(100))

        def make(**cells: str) -> Order:
            said = {
                "paid": "128.00", "receiver": "样例人", "phone": "13800001111",
                "address": "浙江省 杭州市 余杭区 虚构路1号", "memo": "",
            } | cells  # fmt: skip
            row = f"{self.NUMBER},{said['paid']},买家已付款，等待卖家发货,2026-09-01 09:12:33"
            row += f",{said['receiver']},{said['phone']},{said['address']},{said['memo']}"
            # A remark of its own keeps two equal files apart.
            text = f"{self.HEADER},备\n{row},{next(running)}\n"
            imported(files=[upload("订单.csv", text.encode())])
            return Order.objects.get(number=self.NUMBER)

        return make

    @pytest.fixture
    def amended(self, file: Callable[..., Order], as_lin: Actor, warehouse: Any) -> Order:
        """An order that was imported and then corrected."""
        order = file()
        shipping = ShippingOrder.objects.create(
            number="FH-1", store=order.store, warehouse=order.store.warehouse, lead_order=order,
            placed_at=order.placed_at, accepted_at=order.placed_at, quantity=0, paid_amount=Decimal("128"),
        )  # fmt: skip
        wish = Amendment(Contact(phone="13900008888", street="虚构路2号"), Decimal("120"), "送礼", "red")
        amend_order(shipping.pk, wish, reason=REASON, by=as_lin)
        return Order.objects.get(pk=order.pk)

    def _is_kept(self, order: Order) -> bool:
        known = unsealed(BuyerContact.objects.get(order=order))
        return (known.phone, known.address, order.phone_masked, order.paid_amount, order.seller_memo, order.flag) == (
            "13900008888", "浙江省 杭州市 余杭区 虚构路2号", "139****8888", Decimal("120.00"), "送礼", "red",
        )  # fmt: skip

    def test_that_repeats_what_the_platform_said_leaves_the_correction(
        self, amended: Order, file: Callable[..., Order]
    ) -> None:
        order = file()

        assert self._is_kept(order)
        assert timeline_of(order)[0].verb == AMEND_VERB

    def test_that_is_masked_or_says_something_else_new_leaves_the_correction(
        self, amended: Order, file: Callable[..., Order]
    ) -> None:
        masked = file(receiver="样*", phone="138****1111", address="浙江省 杭州市 余杭区 ***")

        assert self._is_kept(masked)

    def test_with_a_new_contact_brings_the_platforms_and_leaves_the_rest(
        self, amended: Order, file: Callable[..., Order]
    ) -> None:
        order = file(phone="13700002222")

        known = unsealed(BuyerContact.objects.get(order=order))
        assert (known.phone, known.address) == ("13700002222", "浙江省 杭州市 余杭区 虚构路1号")
        assert (order.phone_masked, order.seller_memo) == ("137****2222", "送礼")
        assert set(order.amended or {}) == {"paid_amount", "seller_memo", "flag"}

    def test_with_a_new_memo_brings_it_and_the_old_one_after_it_too(
        self, amended: Order, file: Callable[..., Order]
    ) -> None:
        assert file(memo="加急").seller_memo == "加急"

        assert file(memo="送礼盒").seller_memo == "送礼盒"
        assert set(Order.objects.get(pk=amended.pk).amended or {}) == {"contact", "paid_amount", "flag"}
