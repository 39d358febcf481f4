"""The batch-ship file: columns by platform, changeable, and none said to be confirmed that is not."""

import pytest

from apps.core.errors import Invalid
from apps.warehouse.parameters import SHIP_COLUMNS
from apps.warehouse.rules.ship_layouts import DEFAULTS, Field, Sent, columns_of, layout_for, rows_of

SENT = Sent("2611210000000000001", "圆通速递", "YTO", "YT1234567890123")


@pytest.mark.parametrize("platform", [*DEFAULTS, "weidian"])
def test_every_platform_has_a_layout_and_none_is_called_confirmed(platform: str) -> None:
    layout = layout_for(platform)

    assert {Field.ORDER_NUMBER, Field.WAYBILL_NUMBER} <= {field for _title, field in layout.columns}
    assert not layout.confirmed


def test_a_row_holds_what_the_columns_say() -> None:
    layout = layout_for("pdd", "订单号=order_number,公司编码=carrier_code,快递单号=waybill_number")

    assert layout.header == ["订单号", "公司编码", "快递单号"]
    assert list(rows_of(layout, [SENT])) == [("2611210000000000001", "YTO", "YT1234567890123")]


@pytest.mark.parametrize(
    "text",
    ["", "订单号=order_number", "订单号=number,单号=waybill_number", "=order_number,单号=waybill_number", "订单号"],
)
def test_columns_that_make_no_file_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        columns_of(text)

    assert refused.value.code == "ship_columns"


@pytest.mark.usefixtures("english")
def test_columns_that_no_file_could_keep_are_refused_when_they_are_set() -> None:
    usual = "订单号=order_number,单号=waybill_number"
    longest = f"{'订' * (400 - len(usual))}{usual}"

    assert SHIP_COLUMNS["taobao"].parsed(longest) == longest
    with pytest.raises(Invalid) as refused:
        SHIP_COLUMNS["taobao"].parsed(f"订{longest}")

    assert refused.value.code == "ship_columns"
    assert str(refused.value) == "The columns may be 400 characters long together."
