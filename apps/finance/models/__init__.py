"""Pay accounts, bills, their lines, receipts, and the rules that class the lines."""

from apps.finance.models.account import PayAccount
from apps.finance.models.bill import Bill
from apps.finance.models.class_rule import ClassRule
from apps.finance.models.line import BillLine
from apps.finance.models.receipt import Receipt
from apps.finance.models.staging import StagedBillLine

__all__ = ["Bill", "BillLine", "ClassRule", "PayAccount", "Receipt", "StagedBillLine"]
