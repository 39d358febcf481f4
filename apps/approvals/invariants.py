"""What must be true of all approvals at any time (reliability: A1)."""

from apps.core.invariants import Invariant

APPROVALS = [
    Invariant(
        "approvals.four_eyes",
        "A1: nobody has decided what they asked for or made themselves",
        "SELECT d.id FROM approvals_decision d JOIN approvals_approvalrequest r ON r.id = d.request_id "
        "WHERE d.by_id = r.requested_by_id OR d.by_id = ANY (r.barred_ids)",
    ),
    Invariant(
        "approvals.decided_on_what_was_shown",
        "A1: every decision names the version of its request",
        "SELECT d.id FROM approvals_decision d JOIN approvals_approvalrequest r ON r.id = d.request_id "
        "WHERE d.version <> r.version",
    ),
    Invariant(
        "approvals.approved_by_every_step",
        "A1: an approved request has the voices of every step and no refusal",
        "SELECT r.id FROM approvals_approvalrequest r JOIN approvals_voice v ON v.request_id = r.id "
        "LEFT JOIN approvals_decision d ON d.voice_id = v.id WHERE r.state = 'approved' "
        "GROUP BY r.id, v.position, v.mode HAVING count(*) FILTER (WHERE d.verdict = 'refuse') > 0 "
        "OR count(*) FILTER (WHERE d.verdict = 'approve') < CASE v.mode WHEN 'all' THEN count(*) ELSE 1 END",
    ),
    Invariant(
        "approvals.what_took_effect_is_what_was_given",
        "A1: a decision that came of an intention is its giver's, on the same request, version, step and with the same word",
        "SELECT i.id FROM approvals_intention i JOIN approvals_decision d ON d.id = i.decision_id "
        "JOIN approvals_voice v ON v.id = d.voice_id WHERE (i.request_id, i.by_id, i.verdict, i.version, i.position) "
        "IS DISTINCT FROM (d.request_id, d.by_id, d.verdict, d.version, v.position)",
    ),
    Invariant(
        "approvals.what_was_given_takes_effect",
        "no decision that was given is still on its way an hour after its moment",
        "SELECT id FROM approvals_intention WHERE state = 'open' AND due_at < now() - interval '1 hour'",
    ),
    Invariant(
        "approvals.open_step_has_an_open_voice",
        "an open request waits for at least one voice of its open step",
        "SELECT r.id FROM approvals_approvalrequest r WHERE r.state = 'open' AND NOT EXISTS (SELECT FROM "
        "approvals_voice v LEFT JOIN approvals_decision d ON d.voice_id = v.id "
        "WHERE v.request_id = r.id AND v.position = r.position AND d.id IS NULL)",
    ),
]
