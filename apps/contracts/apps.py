"""The contracts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """Contracts, clauses, settlement statements."""

    name = "apps.contracts"
    label = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        """Declare what this floor promises, prints, decides and does for long, and say what is agreed about prices."""
        from apps.contracts import approving, documents, invariants, jobs, parameters  # noqa: F401 - parameters are declared by being read
        from apps.contracts.queries.prices import ContractPrices
        from apps.core.invariants import declare
        from apps.stores.questions import PRICE_TERMS

        declare(*invariants.CONTRACTS)
        documents.register_kinds()
        jobs.register_kinds()
        approving.register_kinds()
        PRICE_TERMS.answer_with(ContractPrices())
