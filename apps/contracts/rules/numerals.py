"""Amounts in capital Chinese numerals, as papers write them so that nobody adds a stroke: 壹仟贰佰叁拾肆元伍角陆分."""

from decimal import Decimal

from apps.core.money import CENT

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
GROUP = 10_000
MOST = Decimal(GROUP) ** 4


def capital_amount(amount: Decimal) -> str:
    """An amount of yuan in capital numerals: 负 before a negative one, 整 after one without 分, 零 over skipped places.

    amount: in whole cents, below 10,000 万亿. Raises ValueError otherwise.
    """
    if not amount.is_finite() or amount != amount.quantize(CENT) or abs(amount) >= MOST:
        raise ValueError(f"{amount} cannot be written in capital numerals")
    cents = int(abs(amount) * 100)
    yuan, rest = divmod(cents, 100)
    sign = "负" if cents and amount < 0 else ""
    return sign + _yuan(yuan, is_alone=not rest) + _rest(*divmod(rest, 10), after_yuan=yuan > 0)


def _yuan(yuan: int, *, is_alone: bool) -> str:
    if not yuan:
        return "零元" if is_alone else ""
    return f"{_whole(yuan)}元"


def _rest(jiao: int, fen: int, *, after_yuan: bool) -> str:
    """角 and 分, or 整 when there is no 分."""
    if not jiao and not fen:
        return "整"
    if not fen:
        return f"{DIGITS[jiao]}角整"
    skipped = "零" if after_yuan else ""
    return f"{DIGITS[jiao]}角{DIGITS[fen]}分" if jiao else f"{skipped}{DIGITS[fen]}分"


def _whole(number: int) -> str:
    """A whole number, four places at a time; one 零 for any run of empty places between two that are not."""
    groups = []
    while number:
        number, group = divmod(number, GROUP)
        groups.append(group)
    text, skipped = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group:
            text += "零" if text and (skipped or group < GROUP // 10) else ""
            text += _group(group) + _group_name(place, groups)
        skipped = not group
    return text


def _group_name(place: int, groups: list[int]) -> str:
    """万亿 is said as 万 when 亿 follows of its own."""
    return "万" if place == len(GROUPS) - 1 and groups[2] else GROUPS[place]


def _group(group: int) -> str:
    """Up to four places, without a 零 at either end."""
    text, skipped = "", False
    for place in reversed(range(len(PLACES))):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if skipped and text else "") + DIGITS[digit] + PLACES[place]
        skipped = not digit
    return text
