"""Contracts: the list, one contract with everything it says about money, and the forms that change it."""

import datetime as dt
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from apps.contracts.actions import (
    activate_contract,
    attach_file,
    discard_contract,
    end_contract,
    first_open_day_of_prices,
    look_at_contract,
    open_contract,
    set_clause,
    take_file,
)
from apps.contracts.models import Contract
from apps.core.calendar import today
from apps.core.errors import Invalid, NotFound
from apps.desk.contract_forms import CLAUSE_FORMS, ClauseForm, ContractForm
from apps.desk.doors import DeskRequest, attempt, found, needs, page, tell
from apps.desk.downloads import attachment
from apps.desk.posted import count_in
from apps.desk.queries.contracts import PAGE_SIZE, ContractSheet, Said, contract_sheet, contracts_of, share_of_gate
from apps.org.actors import Actor
from apps.org.models import Store
from apps.org.scope import visible

VIEW = "contracts.view_contract"
Act = Callable[[int, QueryDict, Actor], object]
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "activate": (lambda pk, _data, by: activate_contract(pk, by=by), _("The contract is in force.")),
    "end": (
        lambda pk, data, by: end_contract(pk, on=_day(data.get("on", "")), reason=data.get("reason", ""), by=by),
        _("The contract ends on that day."),
    ),
    "discard": (
        lambda pk, data, by: discard_contract(pk, reason=data.get("reason", ""), by=by),
        _("The contract was discarded."),
    ),
}


@needs(VIEW)
def contracts(request: DeskRequest) -> HttpResponse:
    """Contracts, newest first, with how far the year has come towards the threshold."""
    start = count_in(request.GET.get("from", "")) or 0
    rows = list(contracts_of(request.by)[start : start + PAGE_SIZE + 1])
    context = {
        "rows": [(row, share_of_gate(row)) for row in rows[:PAGE_SIZE]], "start": start,
        "next_start": start + PAGE_SIZE if len(rows) > PAGE_SIZE else None,
        "can_write": request.by.may("contracts.keep_contract"),
    }  # fmt: skip
    return page(request, "desk/contracts/contracts.html", context)


@needs(VIEW, "contracts.keep_contract")
def contract_new(request: DeskRequest) -> HttpResponse:
    """Begin to write a contract."""
    stores = visible(Store.objects.filter(is_active=True, client__isnull=False), request.by)
    form = ContractForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        keys = [store.pk for store in form.cleaned_data["stores"]]
        row, refusal = attempt(
            request, lambda: open_contract(form.parties(), keys, by=request.by, opening=form.opening())
        )
        if row is not None:
            return HttpResponseRedirect(reverse("desk:contract", args=[row.pk]))
        form.add_error(None, refusal)
    return page(request, "desk/contracts/new.html", {"form": form}, status=422 if form.errors else 200)


@needs(VIEW)
@require_GET
def contract(request: DeskRequest, pk: int) -> HttpResponse:
    """One contract; who looks at it stands in the book of looks (CON-53)."""
    found(Contract.objects.all(), request.by, pk=pk)
    return _shown(request, look_at_contract(pk, by=request.by))


@needs(VIEW)
@require_POST
def contract_verb(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Put it in force, end it, discard it."""
    found(Contract.objects.all(), request.by, pk=pk)
    if verb not in VERBS:
        raise Http404
    act, sentence = VERBS[verb]
    _done, refusal = attempt(request, lambda: act(pk, request.POST, request.by))
    return _back(request, pk, refusal, sentence)


@needs(VIEW, "contracts.keep_contract")
@require_POST
def contract_attach(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a file to it."""
    found(Contract.objects.all(), request.by, pk=pk)
    upload = request.FILES.get("file")
    if upload is None:
        return _back(request, pk, gettext("Choose a file."), "")
    source, name, size = cast(BinaryIO, upload), str(upload.name), upload.size or 0
    _done, refusal = attempt(request, lambda: attach_file(pk, source=source, name=name, size=size, by=request.by))
    return _back(request, pk, refusal, _("The file was attached."))


@needs(VIEW)
@require_GET
def contract_file(request: DeskRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """A file of it; who takes it stands in the book of exports (CON-53)."""
    try:
        row, source = take_file(pk, file_pk, by=request.by)
    except NotFound as gone:
        raise Http404 from gone
    return attachment(source, row.file.name)


@needs(VIEW, "contracts.keep_contract")
@require_POST
def contract_clause(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Let the contract say something else from a day on."""
    row = found(_contracts(), request.by, pk=pk)
    if kind not in CLAUSE_FORMS:
        raise Http404
    form = CLAUSE_FORMS[kind](request.POST, prefix=kind)
    refusal = ""
    if form.is_valid():
        facts = form.cleaned_data
        _done, refusal = attempt(
            request,
            lambda: set_clause(
                pk, form.clause(), effective_from=facts["effective_from"], by=request.by, reason=facts["reason"]
            ),
        )
        if not refusal:
            return _back(request, pk, "", _("The clause was changed."))
        form.add_error(None, refusal)
    return _shown(request, row, status=422, opened={kind: form})


def _shown(
    request: DeskRequest, row: Contract, *, status: int = 200, opened: dict[str, ClauseForm] | None = None
) -> HttpResponse:
    sheet = contract_sheet(row, request.by)
    opened = opened or {}
    parts = [
        {"said": said, "form": opened.get(said.kind) or _as_now(said, sheet), "is_open": said.kind in opened}
        for said in sheet.said
    ]
    context = {"row": row, "sheet": sheet, "parts": parts, "today": today()}
    return page(request, "desk/contracts/contract.html", context, status=status)


def _as_now(said: Said, sheet: ContractSheet) -> ClauseForm:
    """What is said now, to be changed: an empty figure would say something, too."""
    form = CLAUSE_FORMS[said.kind]
    day = first_open_day_of_prices(sheet.row) if said.kind == "price" else sheet.first_open_day
    return form(prefix=said.kind, initial={"effective_from": day, **(form.figures(said.now) if said.now else {})})


def _contracts() -> Any:
    return Contract.objects.select_related("client", "opened_by")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("This is not a day."), code="not_a_day") from error


def _back(request: DeskRequest, pk: int, refusal: str, sentence: str | Promise) -> HttpResponse:
    back = HttpResponseRedirect(reverse("desk:contract", args=[pk]))
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")
