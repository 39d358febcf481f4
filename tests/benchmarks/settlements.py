"""The settlement that papers are printed of: as long as it is asked to be, and about nobody."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.contracts.documents import SUMS


def settlement_of(rows: int) -> dict[str, Any]:
    """A month of a contract about so many stores that it has that many rows of store and day."""
    stores, yuan = [f"测速店 {nth}" for nth in range(-(-rows // 30))], Decimal("1234.50")
    return {
        "statement": "JS20261101-00001", "revision": 1, "contract": "DY-2026-001", "client": "测速服饰",
        "client_contact": "周敏", "company": "测速电商运营有限公司", "month": dt.date(2026, 10, 1),
        "last_day": dt.date(2026, 10, 31), "stores": stores, "sums": dict.fromkeys(SUMS, yuan * rows),
        "due_on": dt.date(2026, 11, 10), "due_amount": yuan, "lump_sum": None, "capital": "壹仟贰佰叁拾肆元伍角整",
        "tiers": [{"rate": "10.00", "is_catch_up": False, "is_lost": False, "amount": yuan, "commission": yuan}],
        "months": [
            {
                "month": "2026-10", "counted": yuan, "is_this": True, "cumulative": yuan, "commission": yuan,
                "total": yuan,
            }
        ],
        "days": [
            {
                "day": dt.date(2026, 10, 1 + nth % 30), "store": stores[nth // 30], "received": yuan + nth,
                "refunded": Decimal("0.00"), "commission": yuan,
            }
            for nth in range(rows)
        ],
        "carried": {"count": 0, "rows": []}, "gate": "3000000.00", "daily_rate": "1", "grace_days": 10,
        "bank": {"holder": "测速电商", "name": "测速银行", "account": "6222000000001"},
    }  # fmt: skip
