"""What must be true of all changes of listings at any time."""

from apps.core.invariants import Invariant

STORES = [
    Invariant(
        "stores.submitted_changes_are_asked",
        "A1: a change that waits for approval has an open request, and only such a change has",
        "SELECT c.id FROM stores_pricechange c LEFT JOIN approvals_approvalrequest r ON r.state = 'open' "
        "AND r.subject_type = 'stores.pricechange' AND r.subject_id = c.id "
        "WHERE (c.state = 'submitted') <> (r.id IS NOT NULL) "
        "UNION ALL SELECT c.id FROM stores_listingchange c LEFT JOIN approvals_approvalrequest r ON r.state = 'open' "
        "AND r.subject_type = 'stores.listingchange' AND r.subject_id = c.id "
        "WHERE (c.state = 'submitted') <> (r.id IS NOT NULL)",
    ),
    Invariant(
        "stores.applied_changes_were_approved",
        "LST-10: what was applied was approved by a request",
        "SELECT c.id FROM stores_pricechange c WHERE c.state IN ('approved', 'applied') AND NOT EXISTS (SELECT FROM "
        "approvals_approvalrequest r WHERE r.subject_type = 'stores.pricechange' AND r.subject_id = c.id "
        "AND r.state = 'approved') UNION ALL SELECT c.id FROM stores_listingchange c "
        "WHERE c.state IN ('approved', 'applied') AND NOT EXISTS (SELECT FROM approvals_approvalrequest r "
        "WHERE r.subject_type = 'stores.listingchange' AND r.subject_id = c.id AND r.state = 'approved')",
    ),
]
