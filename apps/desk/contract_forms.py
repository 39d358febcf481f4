"""Forms of the contract pages: the head of a contract, and one form for each kind of clause."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.contracts.actions import BaseFee, Due, LumpSum, OpeningTerms, Parties, Price, Scale
from apps.contracts.actions.clauses import NewClause
from apps.contracts.rules.months import month_of
from apps.contracts.rules.readings import PenaltyReading, ReceiptsReading, TierReading, YearReading
from apps.core.money import rounded
from apps.org.models import Client, Store

MOST_TIERS = 4
HUNDRED, THOUSAND = Decimal(100), Decimal(1000)


def _amount(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, **options)


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _share(label: Any, most: int, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=5, decimal_places=2, min_value=0, max_value=most, required=False, **options
    )


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else rounded(share * HUNDRED)


class ContractForm(forms.Form):
    """With whom, about which stores, from when until when."""

    number = forms.CharField(label=_("Contract number"), max_length=40)
    client = forms.ModelChoiceField(Client.objects.filter(is_active=True), label=_("Client"))
    stores = forms.ModelMultipleChoiceField(
        Store.objects.none(), label=_("Stores"), help_text=_("Stores of this client; hold Ctrl to choose several.")
    )
    effective_from = _day(_("Effective from"))
    until = _day(_("Until"), required=False, help_text=_("Leave empty for an open end."))
    year_reading = forms.ChoiceField(label=_("Natural year"), choices=YearReading.choices)
    client_contact = forms.CharField(label=_("Contact person of the client"), max_length=80, required=False)
    bank_holder = forms.CharField(label=_("Account holder"), max_length=120, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_account = forms.CharField(label=_("Account number"), max_length=40, required=False)
    opening_month = _day(
        _("First month settled here"),
        required=False,
        help_text=_("Only for a contract that runs already: any day of it."),
    )
    opening_receipts = _amount(_("Receipts of the year before it"), required=False)
    opening_lump_paid = forms.BooleanField(label=_("The milestone payment was settled before"), required=False)

    def __init__(self, *args: Any, stores: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["stores"]
        field.queryset = stores

    def parties(self) -> Parties:
        """The head of the contract."""
        data = self.cleaned_data
        texts = {name: data[name].strip() for name in ("client_contact", "bank_holder", "bank_name", "bank_account")}
        return Parties(
            number=data["number"].strip(), client_id=data["client"].pk, effective_from=data["effective_from"],
            until=data["until"], year_reading=YearReading(data["year_reading"]), **texts,
        )  # fmt: skip

    def opening(self) -> OpeningTerms | None:
        """Where a start in the middle of a year begins."""
        data = self.cleaned_data
        if data["opening_month"] is None:
            return None
        return OpeningTerms(
            month_of(data["opening_month"]), data["opening_receipts"] or Decimal("0.00"), data["opening_lump_paid"]
        )


class ClauseForm(forms.Form):
    """From which day, and why; each kind adds its figures and says what clause they make."""

    effective_from = _day(_("From"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clause(self) -> NewClause:
        """The clause as the action takes it."""
        raise NotImplementedError

    @classmethod
    def figures(cls, clause: Any) -> dict[str, Any]:
        """What a clause says, as this form writes it."""
        return {name: getattr(clause, name) for name in cls.base_fields if name != "reason" and hasattr(clause, name)}


class BaseFeeForm(ClauseForm):
    """The basic service fee."""

    monthly_amount = _amount(_("Fee per month"))
    months = forms.IntegerField(label=_("For the first months"), min_value=0, max_value=600)
    returned_below = _amount(_("Given back below receipts of"), required=False)

    def clause(self) -> NewClause:
        """The base fee."""
        data = self.cleaned_data
        return BaseFee(data["monthly_amount"], data["months"], data["returned_below"])


class ScaleForm(ClauseForm):
    """Gate and tiers; rates in percent."""

    gate = _amount(_("No commission below"))
    tier_reading = forms.ChoiceField(label=_("Tiers"), choices=TierReading.choices)
    receipts_reading = forms.ChoiceField(label=_("What counts"), choices=ReceiptsReading.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for nth in range(MOST_TIERS):
            is_first = nth == 0
            self.fields[f"bound_{nth}"] = _amount(
                _("Above receipts of"), required=is_first, initial=0 if is_first else None
            )
            self.fields[f"rate_{nth}"] = forms.DecimalField(
                label=_("Rate (%)"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=is_first
            )

    def clause(self) -> NewClause:
        """The scale; rows without a rate are left out."""
        data = self.cleaned_data
        given = [(data[f"bound_{n}"], data[f"rate_{n}"]) for n in range(MOST_TIERS)]
        tiers = tuple((bound or Decimal(0), rate / HUNDRED) for bound, rate in given if rate is not None)
        return Scale(data["gate"], tiers, TierReading(data["tier_reading"]), ReceiptsReading(data["receipts_reading"]))

    @classmethod
    def figures(cls, clause: Any) -> dict[str, Any]:
        """The scale and its tiers, in percent."""
        tiers = list(enumerate(clause.tiers.all()))
        bounds = {f"bound_{nth}": tier.lower_bound for nth, tier in tiers}
        return super().figures(clause) | bounds | {f"rate_{nth}": _percent(tier.rate) for nth, tier in tiers}


class LumpSumForm(ClauseForm):
    """The milestone payment."""

    at_amount = _amount(_("When receipts of the year reach"))
    working_days = forms.IntegerField(label=_("To be paid within working days"), min_value=0, max_value=250, initial=5)

    def clause(self) -> NewClause:
        """The lump sum."""
        return LumpSum(self.cleaned_data["at_amount"], self.cleaned_data["working_days"])


class DueForm(ClauseForm):
    """Due day and penalty; the rate in ‰ a day."""

    due_day = forms.IntegerField(label=_("Due on day of the next month"), min_value=1, max_value=31, initial=10)
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=365, initial=10)
    daily_rate = forms.DecimalField(
        label=_("Penalty per day (‰)"), max_digits=5, decimal_places=1, min_value=0, max_value=1000, initial=1
    )
    penalty_reading = forms.ChoiceField(label=_("Penalty counts"), choices=PenaltyReading.choices)

    def clause(self) -> NewClause:
        """Due day and penalty."""
        data = self.cleaned_data
        return Due(
            data["due_day"], data["grace_days"], data["daily_rate"] / THOUSAND, PenaltyReading(data["penalty_reading"])
        )

    @classmethod
    def figures(cls, clause: Any) -> dict[str, Any]:
        """Due day and penalty, in ‰."""
        return super().figures(clause) | {"daily_rate": (clause.daily_rate * THOUSAND).quantize(Decimal("0.1"))}


class PriceForm(ClauseForm):
    """What is agreed about prices, in percent."""

    asks_client = forms.BooleanField(label=_("The client confirms every price change"), required=False, initial=True)
    band = _share(_("Price band (± %)"), 100, help_text=_("Leave empty for what the parameters say; 0 for no band."))
    reference_store = forms.CharField(
        label=_("Code of the reference store"), max_length=20, required=False,
        help_text=_("The band lies around the list price of the same SKU there."),
    )  # fmt: skip
    lowest_margin = _share(
        _("Lowest margin of a price (%)"), 95, help_text=_("Leave empty for what the parameters say.")
    )

    def clause(self) -> NewClause:
        """The prices."""
        data = self.cleaned_data
        band, margin = (None if data[name] is None else data[name] / HUNDRED for name in ("band", "lowest_margin"))
        return Price(data["asks_client"], band, data["reference_store"].strip(), margin)

    @classmethod
    def figures(cls, clause: Any) -> dict[str, Any]:
        """The prices, in percent, with the store's code."""
        return super().figures(clause) | {
            "band": _percent(clause.band), "lowest_margin": _percent(clause.lowest_margin),
            "reference_store": clause.reference_store.code if clause.reference_store else "",
        }  # fmt: skip


CLAUSE_FORMS: dict[str, type[ClauseForm]] = {
    "base_fee": BaseFeeForm, "scale": ScaleForm, "lump_sum": LumpSumForm, "due": DueForm,
    "price": PriceForm,
}  # fmt: skip
