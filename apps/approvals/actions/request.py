"""Ask for an approval."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals.actions.news import tell_deciders
from apps.approvals.kinds import kind_named
from apps.approvals.models import ApprovalRequest, Policy, PolicyStep, Voice
from apps.approvals.queries.people import Staff
from apps.approvals.rules.shown import as_plain, version_of
from apps.approvals.rules.steps import Facts, Who, applies, is_complete, joined_mode
from apps.audit.context import signed
from apps.core.calendar import today
from apps.core.errors import Conflict
from apps.org.actors import Actor

REQUEST = "approvals.approvalrequest.request"
NO_POLICY = _("There is no approval policy for this yet. Ask the director to make one.")
NO_STEP = _("No step of the approval policy applies to this. Ask the director to correct the policy.")
NOBODY = _(
    "Nobody but you could decide this: no other person here holds the role that the policy asks for and works for "
    "every store that it is about."
)
ALREADY_OPEN = _("This waits for a decision already.")
LONGEST = 500


@transaction.atomic
def request_approval(
    *, kind: str, subject: models.Model, store_ids: Collection[int], facts: Facts, shown: Mapping[str, Any], by: Actor,
    reason: str = "", makers: Iterable[int] = (),
) -> ApprovalRequest:  # fmt: skip
    """Ask the people that today's policy names about one row.

    store_ids: every store that the row is about, none for the house's own; with several, the company's policy decides.
    facts: what the policy's conditions may ask, Decimal, text or bool. shown: what everybody decides on, frozen with its
    digest (`rules.shown.shown_as` gives the usual shape). makers: users who made the row and so never decide on it.
    Raises Conflict without a policy, without an applicable step, without anybody who could decide, or when a request
    about the row is open already. Rules: LST-10 to LST-19; reliability: A1.
    """
    kind_named(kind)
    stores = sorted(set(store_ids))
    store_id = stores[0] if len(stores) == 1 else None
    policy = policy_for(kind, store_id, today())
    if policy is None:
        raise Conflict(NO_POLICY, code="no_policy", kind=kind)
    voices = _voices(policy, facts)
    barred = sorted({*makers} - {by.id})
    _check_somebody_could(voices, stores, {*barred, *([by.id] if by.id is not None else [])})
    with signed(REQUEST, by=by, reason=reason):
        request = _written(
            kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk, store_id=store_id,
            store_ids=stores, policy=policy, shown=as_plain(shown), facts=as_plain(facts),
            reason=reason.strip()[:LONGEST], barred_ids=barred,
            version=version_of(kind=kind, subject=_name(subject), shown=shown, facts=facts),
            requested_by_id=by.id, requested_by_name=by.name, position=voices[0].position,
        )  # fmt: skip
        for voice in voices:
            voice.request = request
        made = Voice.objects.bulk_create(voices)
    tell_deciders(request, [voice for voice in made if voice.position == request.position])
    return request


def policy_for(kind: str, store_id: int | None, on: dt.date) -> Policy | None:
    """The policy of a day: the store's own before the company's, the latest before earlier ones."""
    scope = Q(store__isnull=True) if store_id is None else Q(store__isnull=True) | Q(store_id=store_id)
    still = Q(effective_until__isnull=True) | Q(effective_until__gte=on)
    rows = Policy.objects.filter(scope, still, kind=kind, effective_from__lte=on)
    return rows.order_by(F("store_id").asc(nulls_last=True), "-effective_from").first()


def _name(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"


def _voices(policy: Policy, facts: Facts) -> list[Voice]:
    """The steps of the policy whose condition holds, frozen; several voices at one place have one mode."""
    steps = [s for s in policy.steps.order_by("position", "pk") if applies(s.fact, s.operator, s.value, facts)]
    if not steps:
        raise Conflict(NO_STEP, code="no_step", policy=policy.pk)
    return [_voice(step, steps) for step in steps]


def _voice(step: PolicyStep, steps: list[PolicyStep]) -> Voice:
    mode = joined_mode([each.mode for each in steps if each.position == step.position])
    return Voice(
        position=step.position, mode=mode, who=step.who, role=step.role, employee_id=step.employee_id,
        silence_accepts=step.silence_accepts,
    )  # fmt: skip


def _check_somebody_could(voices: list[Voice], store_ids: Collection[int], barred: set[int]) -> None:
    """Every step can be completed by people who are there: all of its voices, or one where any is enough."""
    staff = Staff()
    steps: dict[int, list[bool]] = defaultdict(list)
    modes = {voice.position: voice.mode for voice in voices}
    for voice in voices:
        steps[voice.position].append(voice.who == Who.CLIENT or bool(staff.who_may(voice, store_ids, barred)))
    if not all(is_complete(modes[place], voices=len(found), given=sum(found)) for place, found in steps.items()):
        raise Conflict(NOBODY, code="nobody_could")


def _written(**columns: Any) -> ApprovalRequest:
    try:
        with transaction.atomic():
            return ApprovalRequest.objects.create(step_opened_at=timezone.now(), **columns)
    except IntegrityError as error:
        if "one_open_request_per_subject" in str(error):
            raise Conflict(ALREADY_OPEN, code="request_open") from error
        raise
