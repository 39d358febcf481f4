"""Which order a booking belongs to: looked for in the documented order, never guessed."""

import re

_ORDER = r"([0-9]{12,24})"
_LONGEST = 40
# As long as the payment service makes it. One pattern has two gaps and would take the square of the length to fail.
_LONGEST_MERCHANT = 64
_SALE = re.compile(rf"T[0-9]{{3}}P{_ORDER}")
_CAE_JOINED = re.compile(rf"HJCAE.*==.*=={_ORDER}")
_CAE = re.compile(rf"CAE_(?:.*_)?{_ORDER}")
_IN_NOTE = [
    re.compile(pattern)
    for pattern in (
        rf"订单号[：:]\s*{_ORDER}",
        rf"订单编号[：:]\s*{_ORDER}",
        rf"关联订单号[：:]\s*{_ORDER}",
        rf"交易单号[：:]\s*{_ORDER}",
        rf"tradeid[：:]\s*{_ORDER}",
        rf"\{{{_ORDER}\}}",
        rf"\(KY_ITEM\)\({_ORDER}\)扣款",
        rf"淘宝客佣金代扣款\[{_ORDER}\]",
    )
]


def order_number_of(base_number: str, merchant_number: str, note: str) -> str:
    """The order's number, or an empty text when the booking names none.

    base_number: 业务基础订单号, taken when it is all digits. merchant_number: 商户订单号. note: 备注.
    """
    if base_number.isascii() and base_number.isdigit() and len(base_number) <= _LONGEST:
        return base_number
    # A longer one is not cut: what is left of it might end in half an order's number.
    if len(merchant_number) <= _LONGEST_MERCHANT:
        for pattern in (_SALE, _CAE_JOINED, _CAE):
            if match := pattern.fullmatch(merchant_number):
                return match[1]
    return next((match[1] for pattern in _IN_NOTE if (match := pattern.search(note))), "")
