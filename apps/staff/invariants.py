"""What must be true of all score sheets and pay lines at any time."""

from apps.core.invariants import Invariant

STAFF = [
    Invariant(
        "staff.scored_sheets_are_complete",
        "STF-71: a sheet that is scored or closed has a committee or event score and a self score for every item",
        "SELECT s.id FROM staff_scoresheet s JOIN staff_scoreitem i ON i.template_id = s.template_id "
        "WHERE s.state <> 'open' AND NOT (EXISTS (SELECT FROM staff_itemscore c WHERE c.sheet_id = s.id "
        "AND c.item_id = i.id AND c.part IN ('committee', 'event')) AND EXISTS (SELECT FROM staff_itemscore o "
        "WHERE o.sheet_id = s.id AND o.item_id = i.id AND o.part = 'self'))",
    ),
    Invariant(
        "staff.nobody_scored_themselves",
        "no committee score is by the person whom the sheet is about",
        "SELECT c.id FROM staff_itemscore c JOIN staff_scoresheet s ON s.id = c.sheet_id "
        "JOIN org_employee e ON e.id = s.employee_id WHERE c.part = 'committee' AND c.member_id = e.user_id",
    ),
    Invariant(
        "staff.pay_parts_sum_to_the_total",
        "the parts of a pay line sum to its total, to the cent",
        "SELECT p.id FROM staff_payline p LEFT JOIN LATERAL (SELECT sum((part ->> 'amount')::numeric) AS total "
        "FROM jsonb_array_elements(p.parts) part) t ON true WHERE coalesce(t.total, 0) <> p.total",
    ),
    Invariant(
        "staff.current_pay_follows_the_closed_sheet",
        "the pay line that stands for a closed sheet has the sheet's score and coefficient",
        "SELECT p.id FROM staff_payline p JOIN staff_scoresheet s ON s.id = p.sheet_id AND s.state = 'closed' "
        "WHERE NOT EXISTS (SELECT FROM staff_payline n WHERE n.supersedes_id = p.id) "
        "AND p.computed_at > s.closed_at AND (p.final_score, p.coefficient) <> (s.final_score, s.coefficient)",
    ),
    Invariant(
        "staff.new_templates_sum_to_a_hundred",
        "AMB-33: the weights of a template in use that is not as printed sum to 100",
        "SELECT t.id FROM staff_scoretemplate t LEFT JOIN staff_scoreitem i ON i.template_id = t.id "
        "WHERE t.is_active AND NOT t.as_printed GROUP BY t.id HAVING coalesce(sum(i.weight), 0) <> 100",
    ),
]
