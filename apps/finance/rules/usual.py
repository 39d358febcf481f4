"""The class rules that a house starts with: the codes and words that Alipay uses in its account detail."""

from apps.finance.rules.classes import LineClass
from apps.finance.rules.classing import IN, OUT, Pattern


def _code(code: str, line_class: str, direction: str = "") -> tuple[str, Pattern]:
    return f"{code}", Pattern(None, line_class, code=code, direction=direction)


def _words(text: str, line_class: str, kind_text: str = "") -> tuple[str, Pattern]:
    return text, Pattern(None, line_class, text=text, kind_text=kind_text)


# In this order: what a word says more exactly than a code comes first, codes before the business type alone, because
# the shorter layout has no codes.
USUAL: list[tuple[str, Pattern]] = [
    ("延迟发货 0080001", Pattern(None, LineClass.COMPENSATION, code="0080001", text="-延迟发货")),
    ("延迟发货 0080002", Pattern(None, LineClass.COMPENSATION, code="0080002", text="-延迟发货")),
    ("延迟发货 0080028", Pattern(None, LineClass.COMPENSATION, code="0080028", text="-延迟发货")),
    _code("0010001", LineClass.SALE, IN),
    _code("0010002", LineClass.SALE, IN),
    _code("001002200001", LineClass.SALE, IN),
    _code("0010022", LineClass.SALE, IN),
    _code("0020002", LineClass.DEPOSIT_REFUND, OUT),
    _code("0020001", LineClass.REFUND, OUT),
    _code("0020005", LineClass.REFUND, OUT),
    _code("0020011", LineClass.REFUND, OUT),
    _code("0030001", LineClass.PLATFORM_FEE),
    _code("0030018", LineClass.PLATFORM_FEE),
    _code("0030002", LineClass.PLATFORM_FEE),
    _code("0030003", LineClass.PLATFORM_FEE),
    _code("0030007", LineClass.PLATFORM_FEE),
    _code("0030088", LineClass.PLATFORM_FEE),
    _code("0030130", LineClass.PLATFORM_FEE),
    _code("0170125T", LineClass.PLATFORM_FEE),
    _code("0030038", LineClass.PAYMENT_FEE),
    _code("0030153T", LineClass.MARKETING),
    _code("0030162T", LineClass.MARKETING),
    _code("0060092T", LineClass.MARKETING),
    _code("0530294T", LineClass.MARKETING),
    _code("0050005", LineClass.INSURANCE),
    _code("0060011", LineClass.AFFILIATE),
    _code("0110001", LineClass.DONATION),
    _code("064000200001", LineClass.TRANSFER),
    _code("064000200002", LineClass.TRANSFER),
    _code("0080001", LineClass.TRANSFER),
    _code("0080002", LineClass.TRANSFER),
    _code("008002800014", LineClass.TRANSFER),
    _code("008002800015", LineClass.TRANSFER),
    _words("小额打款", LineClass.COMPENSATION, "转账"),
    _words("万相台", LineClass.TRANSFER, "转账"),
    _words("余利宝", LineClass.TRANSFER, "转账"),
    _words("网商银行", LineClass.TRANSFER, "转账"),
    _words("类目佣金", LineClass.PLATFORM_FEE),
    _words("返点积分", LineClass.PLATFORM_FEE),
    _words("淘宝联盟", LineClass.AFFILIATE),
    _words("淘宝客", LineClass.AFFILIATE),
    _words("花呗", LineClass.PAYMENT_FEE, "收费"),
    _words("服务费", LineClass.PAYMENT_FEE, "收费"),
    _words("公益宝贝", LineClass.DONATION),
    ("在线支付 T", Pattern(None, LineClass.SALE, kind_text="在线支付", number_prefix="T", direction=IN)),
    ("交易付款 T", Pattern(None, LineClass.SALE, kind_text="交易付款", number_prefix="T", direction=IN)),
    ("交易退款", Pattern(None, LineClass.REFUND, kind_text="交易退款", direction=OUT)),
    ("保险", Pattern(None, LineClass.INSURANCE, kind_text="保险")),
    ("提现", Pattern(None, LineClass.TRANSFER, kind_text="提现")),
    ("充值", Pattern(None, LineClass.TRANSFER, kind_text="充值")),
]
