"""Province, city and district out of an address, and addresses put together from columns of their own."""

import re

from apps.orders.imports.layout import Columns

PROVINCE = re.compile(
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|海外)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
MUNICIPALITY = re.compile("(?:北京|天津|上海|重庆)市?")
# The whole of a field that ends as places do, and its beginning when the street follows without a blank.
CITY = re.compile(r"[^\d*]{1,12}?(?:市|州|盟|地区)")
DISTRICT = re.compile(r"[^\d*]{1,12}?(?:区|县|市|旗|岛)")
PLACE = re.compile(r"[^\d*]{1,20}")


def region_of(address: str) -> tuple[str, str, str]:
    """Province, city and district at the start of an address; empty strings for what is not there or not certain.

    Blanks part them (three in Taobao's files). Nothing is taken that might be a street, a name or a phone: what comes
    out of here is stored in plain. Municipalities have no province above them: the name stands for both.
    """
    province, *rest = address.split(None, 3) or [""]
    if not PROVINCE.fullmatch(province):
        return "", "", ""
    if MUNICIPALITY.fullmatch(province) and not (rest and MUNICIPALITY.fullmatch(rest[0])):
        rest = [province, *rest]
    city, district = [*rest, "", ""][:2]
    if not (PLACE if district else CITY).fullmatch(city):
        return province, "", ""
    if len(rest) > 2 and PLACE.fullmatch(district):
        return province, city, district
    found = DISTRICT.match(district)
    return province, city, found[0] if found else ""


def join_address(columns: Columns, size: int) -> None:
    """Put the columns of a region, a street and the rest together as `address`, if the file has any of them."""
    names = [name for name in ("province", "city", "district", "street", "detail") if name in columns]
    if not names:
        return
    *places, detail = (columns.get(name, [""] * size) for name in ("province", "city", "district", "street", "detail"))
    columns["address"] = [_joined(parts, rest) for *parts, rest in zip(*places, detail, strict=True)]


def _joined(places: list[str], detail: str) -> str:
    *region, street = places
    return " ".join(part for part in (*region, street + detail) if part)
