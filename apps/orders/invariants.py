"""What must be true of all orders at any time (reliability: O1, O2, T1)."""

from apps.core.invariants import Invariant

ORDERS = [
    Invariant(
        "orders.one_per_number",
        "an order number of a store is there once",
        "SELECT platform, store_id, number FROM orders_order GROUP BY 1, 2, 3 HAVING count(*) > 1",
    ),
    Invariant(
        "orders.lines_ship_once",
        "no order line ships more than was ordered",
        "SELECT l.id FROM orders_orderline l JOIN orders_shippingorderline x ON x.order_line_id = l.id "
        "JOIN orders_shippingorder h ON h.id = x.shipping_order_id AND h.state <> 'cancelled' "
        "GROUP BY l.id, l.quantity HAVING sum(x.quantity) > l.quantity",
    ),
    Invariant(
        "orders.confirmed_are_stamped",
        "an order past customer service says when it was confirmed, unless the platform shipped it",
        "SELECT id FROM orders_shippingorder "
        "WHERE state IN ('confirmed', 'reserved', 'picking', 'packed') AND confirmed_at IS NULL",
    ),
    Invariant(
        "orders.last_event_leads_here",
        "the last recorded move does not start from the state in which the order stands",
        "SELECT h.id FROM orders_shippingorder h JOIN LATERAL (SELECT e.state, e.pgh_context ->> 'verb' AS verb "
        "FROM orders_shippingorderevent e WHERE e.pgh_obj_id = h.id ORDER BY e.pgh_id DESC LIMIT 1) last ON true "
        "WHERE last.state = h.state AND last.verb IN ('orders.shippingorder.confirm', 'orders.shippingorder.ship')",
    ),
    Invariant(
        "orders.contacts_belong_to_their_order",
        "a sealed contact lies under its own order's place",
        "SELECT c.id FROM orders_buyercontact c JOIN orders_order o ON o.id = c.order_id "
        "WHERE c.place <> 'buyercontact:' || o.store_id || ':' || o.number",
    ),
    Invariant(
        "jobs.done_steps_belong_to_begun_jobs",
        "no job is queued whose first step is done",
        "SELECT j.id FROM jobs_job j JOIN jobs_step s ON s.job_id = j.id AND s.done_at IS NOT NULL WHERE j.state = 'queued'",
    ),
    Invariant(
        "jobs.ended_jobs_are_whole",
        "no job succeeded with a step undone",
        "SELECT j.id FROM jobs_job j JOIN jobs_step s ON s.job_id = j.id AND s.done_at IS NULL WHERE j.state = 'succeeded'",
    ),
]
