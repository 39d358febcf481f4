"""What the contracts tell the stores about their prices."""

import datetime as dt
from decimal import Decimal

from apps.contracts.models import PriceClause
from apps.contracts.workflows.contract import ContractState
from apps.stores.questions import PriceTerms

SIGNED = [ContractState.ACTIVE, ContractState.ENDED]
HUNDRED = Decimal(100)


class ContractPrices:
    """The answer to the stores' question."""

    def terms(self, store_id: int, on: dt.date) -> PriceTerms:
        """The price clause of the contract that a store has on a day; a draft binds nobody, an ended one until its end."""
        clause = PriceClause.objects.filter(
            days__contains=on, contract__state__in=SIGNED, contract__contract_stores__store=store_id,
            contract__contract_stores__days__contains=on,
        ).select_related("reference_store").first()  # fmt: skip
        if clause is None:
            return PriceTerms()
        return PriceTerms(
            asks_client=clause.asks_client, band=_percent(clause.band), lowest_margin=_percent(clause.lowest_margin),
            reference_store=clause.reference_store.code if clause.reference_store else "",
        )  # fmt: skip


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * HUNDRED
