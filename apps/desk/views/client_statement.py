"""A client's settlement statement without an account: read it, take paper and workbook, confirm it or object to it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.contracts.actions import confirm_by_link, object_by_link, statement_behind, write_annex
from apps.contracts.actions.issue import papers_of
from apps.contracts.models import SettlementStatement
from apps.contracts.queries.explained import day_sums, tier_sums, year_of
from apps.core.errors import Invalid
from apps.desk.downloads import attachment, new_file
from apps.desk.queries.statements import commission_bars, receipt_bars
from apps.desk.views.outside_link import behind_a_link
from apps.documents.actions.read import OpenedPaper
from apps.documents.downloads import pdf_answer
from apps.files.actions import open_file
from apps.org.models import Company


@behind_a_link
@require_http_methods(["GET", "HEAD", "POST"])
def client_statement(request: HttpRequest, token: str) -> HttpResponse:
    """The client's statement, with a yes and a no."""
    row = statement_behind(token)
    if request.method != "POST":
        return _shown(request, row, token)
    name, sentence = request.POST.get("name", ""), request.POST.get("sentence", "")
    is_yes = request.POST.get("answer") == "confirm"
    try:
        if is_yes:
            confirm_by_link(token, name=name, sentence=sentence)
        else:
            object_by_link(token, name=name, sentence=sentence)
    except Invalid as refused:
        return _shown(request, row, token, refusal=str(refused), name=name, sentence=sentence, status=422)
    return render(request, "outside/answered.html", {"row": row, "is_yes": is_yes, "sender": _sender()})


@behind_a_link
@require_GET
def client_statement_paper(request: HttpRequest, token: str) -> HttpResponseBase:
    """The paper; while it is being printed, the statement with a sentence."""
    row = statement_behind(token)
    paper = papers_of(row).select_related("file").first()
    if paper is None or paper.file is None:
        return _shown(request, row, token, refusal=_("The paper is being printed. Please try again in a minute."))
    return pdf_answer(OpenedPaper(paper.file.name, open_file(paper.file)))


@behind_a_link
@require_GET
def client_statement_annex(request: HttpRequest, token: str) -> HttpResponseBase:
    """Every receipt with its tier, as a workbook."""
    row = statement_behind(token)
    sink = new_file()
    write_annex(row, sink)
    sink.seek(0)
    return attachment(sink, f"{row.number}.xlsx")


def _shown(
    request: HttpRequest, row: SettlementStatement, token: str, *, refusal: str = "", name: str = "",
    sentence: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    tiers = tier_sums(row)
    context = {
        "row": row, "refusal": refusal, "name": name, "sentence": sentence, "tiers": tiers, "sender": _sender(),
        "receipts": receipt_bars(row), "commission": commission_bars(row, tiers), "months": year_of(row),
        "days": list(day_sums(row)), "due_amount": row.total_amount - row.lump_amount,
        # Also when it was the paper that was asked for, the answer goes to the statement.
        "path": reverse("desk:client_statement", args=[token]),
    }  # fmt: skip
    return render(request, "outside/statement.html", context, status=status)


def _sender() -> str:
    company = Company.objects.first()
    return company.name if company else "opsdesk"
