"""Pay: HR's month with computing, rewards and slips; everybody's own scores and pay."""

import datetime as dt

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.audit.models import PAY_PURPOSES
from apps.desk.doors import DeskRequest, attempt, found, needs, next_of, page, tell
from apps.desk.downloads import attachment, new_file
from apps.desk.posted import key_in
from apps.desk.queries.pay import own_months, pay_month
from apps.desk.queries.scores import month_around
from apps.desk.views.returns import key_of
from apps.desk.views.score_verbs import decimal_in
from apps.desk.views.scores import month_posted
from apps.documents.downloads import pdf_answer
from apps.staff.actions import PayRun, compute_pay, export_pay, give_reward, issue_slip, open_slip, reveal_pay
from apps.staff.actions.pay import NO_SCHEME
from apps.staff.models import PayLine
from apps.staff.rules.months import month_in
from apps.staff.workflows.score_sheet import MONTH_NOT_OVER


@needs()
def my_scores(request: DeskRequest) -> HttpResponse:
    """The months of the person who looks: score, coefficient, pay with its formula."""
    person, months = own_months(request.by)
    return page(request, "desk/scores/my.html", {"person": person, "months": months})


@needs("staff.view_payline")
def pay(request: DeskRequest) -> HttpResponse:
    """Everybody's month, without a figure of anybody's pay."""
    return _month(request, month_in(request.GET.get("month", "")), is_plain=False)


@needs("staff.view_payline")
@require_POST
def pay_reveal(request: DeskRequest) -> HttpResponse:
    """The same with its figures, once; the book knows who looked and why (SEC-25)."""
    month = month_posted(request)
    purpose, note = _why(request)
    _line, refusal = attempt(request, lambda: reveal_pay(month, purpose=purpose, note=note, by=request.by))
    if refusal:
        return _back(request, refusal, "")
    answer = _month(request, month, is_plain=True)
    answer["Cache-Control"] = "no-store"
    return answer


def _month(request: DeskRequest, first: dt.date | None, *, is_plain: bool) -> HttpResponse:
    month = month_around(first)
    context = {
        "month": month,
        "shown": pay_month(month, request.by, is_plain=is_plain),
        "may": {name: request.by.may(f"staff.{name}") for name in ("compute_pay", "export_pay")},
        "purposes": [(purpose.value, purpose.label) for purpose in PAY_PURPOSES],
        # A slip is asked for from here; the way back is the month without its figures.
        "back": f"{reverse('desk:pay')}?month={month.first:%Y-%m}",
    }
    return page(request, "desk/scores/pay.html", context)


@needs("staff.view_payline", "staff.compute_pay")
@require_POST
def pay_compute(request: DeskRequest) -> HttpResponse:
    """Work out the pay of every closed sheet of the month."""
    month = month_posted(request)
    run, refusal = attempt(request, lambda: compute_pay(month, by=request.by))
    count = len(run.written) if run else 0
    said = ngettext("%(n)s pay line was written.", "%(n)s pay lines were written.", count) % {"n": count}
    if run and (names := _refused_by(run, NO_SCHEME)):
        said = gettext("%(said)s Without a pay scheme: %(names)s.") % {"said": said, "names": names}
    if run and (names := _refused_by(run, MONTH_NOT_OVER)):
        said = gettext("%(said)s Their month is not over yet: %(names)s.") % {"said": said, "names": names}
    return _back(request, refusal, said)


def _refused_by(run: PayRun, why: str | Promise) -> str:
    """The names of those who could not be paid for this reason."""
    return "、".join(employee.name for employee, reason in run.refused if reason is why)


@needs("staff.view_payline", "staff.compute_pay")
@require_POST
def pay_reward(request: DeskRequest) -> HttpResponse:
    """Give somebody an amount on top of the month's pay."""
    month = month_posted(request)

    def give() -> object:
        return give_reward(
            key_in(request.POST.get("employee", "")) or 0, month, amount=decimal_in(request.POST.get("amount", "")),
            reason=request.POST.get("reason", ""), key=key_of(request.POST), by=request.by,
        )  # fmt: skip

    _done, refusal = attempt(request, give)
    return _back(request, refusal, _("The reward was written down; compute the pay to include it."))


@needs("staff.view_payline", "staff.export_pay")
@require_POST
def pay_export(request: DeskRequest) -> HttpResponseBase:
    """The month's pay as a workbook; the books know who took it and what for (SEC-25, SEC-31)."""
    month = month_posted(request)
    purpose, note = _why(request)
    sink = new_file()
    _rows, refusal = attempt(request, lambda: export_pay(month, sink, purpose=purpose, note=note, by=request.by))
    if refusal:
        return _back(request, refusal, "")
    sink.seek(0)
    return attachment(sink, f"{gettext('Pay')}-{month:%Y-%m}.xlsx")


@needs()
@require_POST
def pay_slip(request: DeskRequest, pk: int) -> HttpResponse:
    """Issue the slip of a pay line; HR's or one's own. The printer takes a moment."""
    found(PayLine.objects.all(), request.by, pk=pk)
    _slip, refusal = attempt(request, lambda: issue_slip(pk, by=request.by))
    back = HttpResponseRedirect(next_of(request, reverse("desk:my_scores")))
    sentence = _("The pay slip is being printed; it can be taken here in a moment.")
    return tell(request, back, refusal or sentence, tone="bad" if refusal else "good")


@needs()
def pay_slip_pdf(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The slip's file; somebody else's with a purpose. Each time somebody takes it stands in the book of exports."""
    found(PayLine.objects.all(), request.by, pk=pk)
    purpose, note = _why(request)
    paper, refusal = attempt(request, lambda: open_slip(pk, by=request.by, purpose=purpose, note=note))
    if paper is None:
        back = HttpResponseRedirect(next_of(request, reverse("desk:my_scores")))
        return tell(request, back, refusal, tone="bad")
    return pdf_answer(paper)


def _why(request: DeskRequest) -> tuple[str, str]:
    """The purpose of a look at others' pay, and its note."""
    return request.POST.get("purpose", ""), request.POST.get("note", "")


def _back(request: DeskRequest, refusal: str, sentence: str | Promise) -> HttpResponse:
    address = HttpResponseRedirect(f"{reverse('desk:pay')}?month={month_posted(request):%Y-%m}")
    return tell(request, address, refusal or sentence, tone="bad" if refusal else "good")
