"""Invented orders, the same in every run: who bought what, and as which bytes a platform would export it."""

import csv
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

STORE = "测速小铺(虚构)"
SKUS, BUYERS = 2_000, 4_000
FIRST_MOMENT = dt.datetime(2026, 10, 1, 8, 0, 0)  # noqa: DTZ001 - files hold local times without a zone
SECONDS_OF_A_MONTH = 30 * 86_400
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
PLACES = (
    ("浙江省", "杭州市", "余杭区"), ("浙江省", "宁波市", "鄞州区"), ("江苏省", "苏州市", "吴中区"), ("江苏省", "南京市", "江宁区"),
    ("广东省", "广州市", "番禺区"), ("广东省", "深圳市", "龙岗区"), ("四川省", "成都市", "郫都区"), ("湖北省", "武汉市", "洪山区"),
    ("山东省", "青岛市", "城阳区"), ("福建省", "厦门市", "集美区"), ("上海", "上海市", "闵行区"), ("北京", "北京市", "通州区"),
)  # fmt: skip
COLOURS, SIZES = ("雾蓝", "米白", "墨绿", "砖红"), ("350ml", "500ml", "750ml")
# The order file of 46 columns, with the blanks that the platform puts behind some of their names.
ORDER_HEADER = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "是否上传合同照片",
    "是否上传小票",
    "是否代付",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
    "退款金额",
    "预约门店",
]
ITEM_HEADER = [
    "子订单编号",
    "主订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
    "支付单号",
    "买家应付货款",
    "买家实际支付金额",
    "退款状态",
    "退款金额",
    "订单创建时间",
    "订单付款时间",
]
PLAIN_HEADER = ("no", "store", "buyer", "paid_at", "receiver", "phone", "address", "sku", "qty", "unit_price")
TO_SHIP = "买家已付款,等待卖家发货"


@dataclass(frozen=True, slots=True)
class InventedOrder:
    """One paid order. lines: SKU, quantity, unit price."""

    number: str
    buyer: str
    receiver: str
    phone: str
    address: str
    placed_at: str
    paid_at: str
    lines: Sequence[tuple[int, int, Decimal]]

    @property
    def amount(self) -> Decimal:
        """What the buyer paid."""
        return sum((quantity * price for _sku, quantity, price in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Files:
    """The same orders as the platform's two files and as one plain file with a row per line."""

    orders: Path
    items: Path
    plain: Path


def sku_code(sku: int) -> str:
    """The merchant's code of a SKU."""
    return f"QH-{sku:05d}"


def prices() -> list[Decimal]:
    """What each SKU costs."""
    chance = random.Random(7)
    return [Decimal(chance.randint(500, 20_000)) / 100 for _ in range(SKUS)]


def invented(count: int) -> Iterator[InventedOrder]:
    """Orders of one to four different lines, two and a half on average."""
    chance, price = random.Random(count), prices()
    for nth in range(count):
        skus = chance.sample(range(SKUS), chance.randint(1, 4))
        placed = FIRST_MOMENT + dt.timedelta(seconds=nth * 37 % SECONDS_OF_A_MONTH)
        buyer = chance.randrange(BUYERS)
        province, city, district = PLACES[buyer % len(PLACES)]
        yield InventedOrder(
            number=f"40012610{nth * 7 + 11:011d}",
            buyer=f"虚构买家{buyer}",
            receiver=f"{FAMILY_NAMES[buyer % len(FAMILY_NAMES)]}测{buyer % 97}",
            phone=f"1990000{buyer:04d}",
            address=f"{province} {city} {district} 虚构街道样例路{nth % 999}号{buyer % 17}幢({310_000 + buyer})",
            placed_at=str(placed),
            paid_at=str(placed + dt.timedelta(seconds=25)),
            lines=[(sku, chance.randint(1, 3), price[sku]) for sku in skus],
        )


def write_files(folder: Path, count: int, *, faulty: int | None = None) -> Files:
    """Write the files of `count` orders. faulty: the place of an order whose amount nobody can read."""
    mark = "" if faulty is None else "-faulty"
    files = Files(
        *(folder / f"{kind}{mark}-{count}.csv" for kind in ("ExportOrderList", "ExportOrderDetailList", "plain"))
    )
    with (
        files.orders.open("w", encoding="gbk", newline="") as orders,
        files.items.open("w", encoding="gbk", newline="") as items,
        files.plain.open("w", encoding="utf-8", newline="") as plain,
    ):
        writers = [csv.writer(file) for file in (orders, items, plain)]
        for writer, header in zip(writers, (ORDER_HEADER, ITEM_HEADER, PLAIN_HEADER), strict=True):
            writer.writerow(header)
        for nth, order in enumerate(invented(count)):
            writers[0].writerow(_order_row(order, is_faulty=nth == faulty))
            writers[1].writerows(_item_rows(order))
            writers[2].writerows(_plain_rows(order))
    return files


def _order_row(order: InventedOrder, *, is_faulty: bool) -> list[str]:
    amount = str(order.amount)
    said = {
        "订单编号": f'="{order.number}"', "买家会员名": order.buyer, "买家支付宝账号": "tes***@example.com",
        "买家应付货款": amount, "买家应付邮费": "0.00", "买家支付积分": "0", "总金额": amount, "返点积分": "0",
        "买家实际支付金额": "12.3.4" if is_faulty else amount, "买家实际支付积分": "0", "订单状态": TO_SHIP,
        "收货人姓名": order.receiver, "收货地址 ": order.address, "运送方式": "快递", "联系手机": f"'{order.phone}",
        "订单创建时间": order.placed_at, "订单付款时间 ": order.paid_at, "宝贝标题 ": _title(order.lines[0][0]),
        "宝贝种类 ": str(len(order.lines)), "宝贝总数量": str(sum(quantity for _sku, quantity, _price in order.lines)),
        "店铺Id": "0", "店铺名称": STORE, "订单关闭原因": "订单未关闭", "卖家服务费": "0", "买家服务费": "0元",
        "是否手机订单": "手机订单", "特权订金订单id": '=""', "是否上传合同照片": "否", "是否上传小票": "否", "是否代付": "否",
        "退款金额": "0.00",
    }  # fmt: skip
    return [said.get(name, "") for name in ORDER_HEADER]


def _item_rows(order: InventedOrder) -> Iterator[list[str]]:
    for place, (sku, quantity, price) in enumerate(order.lines):
        amount, code = str(quantity * price), sku_code(sku)
        yield [
            f"{order.number[:-1]}{place}9", order.number, _title(sku), str(price), str(quantity), code,
            f"颜色分类：{COLOURS[sku % 4]};规格：{SIZES[sku % 3]}", "", "", TO_SHIP, code, "", amount, amount,
            "没有申请退款", "0.00", order.placed_at, order.paid_at,
        ]  # fmt: skip


def _plain_rows(order: InventedOrder) -> Iterator[list[str]]:
    for sku, quantity, price in order.lines:
        yield [
            order.number, "1", order.buyer, order.paid_at, order.receiver, order.phone, order.address, sku_code(sku),
            str(quantity), str(price),
        ]  # fmt: skip


def _title(sku: int) -> str:
    return f"虚构手作陶瓷杯 第{sku}款 办公室水杯"
