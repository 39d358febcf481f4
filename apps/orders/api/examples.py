"""Sample calls for the description of the API. People and shops in them are invented."""

from drf_spectacular.utils import OpenApiExample

PUSH = OpenApiExample(
    "One paid order",
    request_only=True,
    value={
        "orders": [
            {
                "number": "2611210000000000001",
                "platform_state": "wait_ship",
                "exported_at": "2026-11-21T09:20:00+08:00",
                "placed_at": "2026-11-21T09:12:33+08:00",
                "paid_at": "2026-11-21T09:13:00+08:00",
                "goods_amount": "118.00",
                "postage_amount": "10.00",
                "paid_amount": "128.00",
                "seller_memo": "送礼,请附贺卡",
                "contact": {
                    "buyer": "tidepool88",
                    "receiver": "沈知夏",
                    "phone": "13800001234",
                    "address": "浙江省 杭州市 西湖区 文三路 1 号",
                },
                "lines": [
                    {"line_key": "2611210000000000002", "title": "保温杯", "quantity": 2, "outer_code": "QH-001"},
                ],
            }
        ]
    },
)
HOLD = OpenApiExample(
    "Until tomorrow", request_only=True, value={"note": "等买家确认颜色", "release_at": "2026-11-22T10:00:00+08:00"}
)
