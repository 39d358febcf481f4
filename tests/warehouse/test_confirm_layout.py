"""Whether a platform reads a batch-ship file: said by a person who has seen it, for exactly these columns."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from apps.audit.queries import timeline_of
from apps.core.calendar import today
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.files.actions import open_file
from apps.orders.models import ShippingOrder
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.parameters.models import ParameterValue
from apps.warehouse.actions import make_ship_report
from apps.warehouse.actions.confirm_layout import confirm_ship_layout, withdraw_ship_layout
from apps.warehouse.actions.default_carriers import default_carriers
from apps.warehouse.actions.ship_report import ship_layout
from apps.warehouse.models import Carrier, ConfirmedLayout, ShipReport

pytestmark = pytest.mark.django_db
Orders = Callable[..., list[ShippingOrder]]


@pytest.fixture
def report(shipped: Orders, qinghe: Store, as_lin: Actor) -> ShipReport:
    """A file that was made for the store's platform."""
    shipped(1)
    return make_ship_report(qinghe.pk, by=as_lin)


@pytest.fixture
def as_manager(person: Callable[..., User]) -> Actor:
    """Runs the store."""
    return Actor.of(person("meng", "manager"))


@pytest.mark.rule("WHS-05")
def test_a_file_that_the_platform_read_confirms_its_columns_for_every_store_of_the_platform(
    report: ShipReport, qinghe: Store, as_manager: Actor
) -> None:
    row = confirm_ship_layout(report.pk, by=as_manager)
    again = confirm_ship_layout(report.pk, by=as_manager)

    assert again == row
    assert (row.platform, row.columns) == (
        "taobao",
        "订单编号=order_number,物流公司=carrier_name,运单号=waybill_number",
    )
    assert (row.report, row.confirmed_by) == (report, as_manager.user)
    assert ship_layout(qinghe).confirmed
    assert [change.verb for change in timeline_of(row)] == ["warehouse.confirmedlayout.confirm"]


def test_other_columns_are_another_layout_and_not_confirmed(
    report: ShipReport, qinghe: Store, as_manager: Actor
) -> None:
    confirm_ship_layout(report.pk, by=as_manager)
    ParameterValue.objects.create(
        key="warehouse.ship_columns.taobao", value="单号=order_number,面单=waybill_number", effective_from=today(),
        reason="新模板",
    )  # fmt: skip

    assert not ship_layout(qinghe).confirmed


def test_a_layout_that_the_platform_refuses_is_not_confirmed_any_more(
    report: ShipReport, qinghe: Store, as_manager: Actor
) -> None:
    confirm_ship_layout(report.pk, by=as_manager)

    with pytest.raises(Invalid):
        withdraw_ship_layout(report.pk, reason=" ", by=as_manager)
    assert ship_layout(qinghe).confirmed
    withdraw_ship_layout(report.pk, reason="平台提示缺少列", by=as_manager)

    assert not ship_layout(qinghe).confirmed
    assert not ConfirmedLayout.objects.exists()


def test_who_packs_or_works_for_another_store_confirms_nothing(
    report: ShipReport, as_noor: Actor, fengdu: Store, person: Callable[..., User]
) -> None:
    stranger = Actor.of(person("fei", "manager", stores=(fengdu,)))

    with pytest.raises(NotAllowed):
        confirm_ship_layout(report.pk, by=as_noor)
    with pytest.raises(NotFound):
        confirm_ship_layout(report.pk, by=stranger)

    assert not ConfirmedLayout.objects.exists()


def test_a_file_of_which_the_columns_were_not_kept_confirms_nothing(
    report: ShipReport, qinghe: Store, as_manager: Actor
) -> None:
    old = ShipReport.objects.create(number="PF-OLD", store=qinghe, layout="taobao", file=report.file, rows=1)

    with pytest.raises(Invalid) as refused:
        confirm_ship_layout(old.pk, by=as_manager)

    assert refused.value.code == "columns_unknown"
    assert not ConfirmedLayout.objects.exists()


@pytest.mark.rule("WHS-53")
def test_carriers_carry_the_codes_that_platforms_are_known_to_give_them_and_no_guesses() -> None:
    codes = {row["code"]: row.get("platform_codes", {}) for row in default_carriers()}

    assert codes["SF"] == {"taobao": "SF", "tmall": "SF", "pdd": "44"}
    assert codes["JITU"] == {"pdd": "384"}
    assert codes["JD"] == {}


def test_a_column_may_hold_the_platforms_own_code_of_the_carrier(
    shipped: Orders, qinghe: Store, yto: Carrier, as_lin: Actor
) -> None:
    Carrier.objects.filter(pk=yto.pk).update(platform_codes={"taobao": "YTO"})
    ParameterValue.objects.create(
        key="warehouse.ship_columns.taobao", value="订单编号=order_number,公司=platform_code,运单号=waybill_number",
        effective_from=today(), reason="平台模板",
    )  # fmt: skip
    shipped(1)

    report = make_ship_report(qinghe.pk, by=as_lin)

    with open_file(report.file) as file:
        assert ",YTO," in file.read().decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize("value", [["YTO"], {"taobao": 85}, {"taobao": {"code": "YTO"}}, {"somewhere": "YTO"}])
@pytest.mark.parametrize("field", ["platform_names", "platform_codes"])
def test_what_platforms_call_a_carrier_is_a_text_for_each_platform(yto: Carrier, field: str, value: object) -> None:
    yto.full_clean()
    setattr(yto, field, value)

    with pytest.raises(ValidationError) as refused:
        yto.full_clean()

    assert set(refused.value.message_dict) == {field}
