"""The rows of this floor."""

from apps.contracts.models.attachment import ContractFile
from apps.contracts.models.clauses import BaseFeeClause, DueClause, LumpSumClause, PriceClause, ScaleClause, Tier
from apps.contracts.models.contract import Contract, ContractLook, ContractStore, Opening
from apps.contracts.models.statement import LumpSumClaim, SettlementStatement, StatementRow

__all__ = [
    "BaseFeeClause",
    "Contract",
    "ContractFile",
    "ContractLook",
    "ContractStore",
    "DueClause",
    "LumpSumClaim",
    "LumpSumClause",
    "Opening",
    "PriceClause",
    "ScaleClause",
    "SettlementStatement",
    "StatementRow",
    "Tier",
]
