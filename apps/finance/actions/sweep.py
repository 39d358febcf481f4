"""Look again at what is open: rules may have changed, orders and refunds may have come (FIN-21)."""

from django.db import transaction

from apps.audit.context import signed
from apps.core.bulk import as_array
from apps.finance.actions.check import patterns_in_use
from apps.finance.actions.match import follow_bills, hold_lines, match_store
from apps.finance.models import BillLine
from apps.finance.models.line import CLASSIFY_VERB
from apps.finance.rules.classes import APART, LineClass
from apps.finance.rules.classing import Said, classed
from apps.finance.sql import run
from apps.finance.workflows.bill_line import LineState
from apps.jobs.kinds import Tally
from apps.org.actors import SYSTEM
from apps.workflow.move import move_many

CLASSES = """
    UPDATE finance_billline l SET line_class = n.line_class, rule_id = n.rule_id
    FROM unnest(%(lines)s::bigint[], %(classes)s::text[], %(rules)s::bigint[]) AS n (id, line_class, rule_id)
    WHERE l.id = n.id
"""


def match_open_lines() -> Tally:
    """Every store with unmatched lines, each in its own transaction. Returns the sums."""
    total: Tally = {"classed": 0, "matched": 0, "settled": 0}
    open_lines = BillLine.objects.filter(state=LineState.UNMATCHED)
    for store in sorted(set(open_lines.order_by().values_list("store_id", flat=True))):
        with transaction.atomic():
            counts = {"classed": classify_open_lines(store), **match_store(store, by=SYSTEM)}
            follow_bills(store, by=SYSTEM)
        total = {name: total[name] + counts[name] for name in total}
    return total


def classify_open_lines(store_id: int) -> int:
    """Unclassified lines for which there is a rule by now; fees among them go apart. Returns how many were classed."""
    hold_lines(store_id)
    unknown = BillLine.objects.filter(
        store=store_id, state=LineState.UNMATCHED, line_class=LineClass.UNCLASSIFIED
    ).order_by("pk")
    patterns = patterns_in_use()
    found = []
    for line in unknown.iterator(chunk_size=2_000):
        said = Said(line.code, line.kind_text, f"{line.description} {line.note}", line.merchant_number, line.amount)
        line_class, rule = classed(said, patterns)
        if line_class != LineClass.UNCLASSIFIED:
            found.append((line.pk, str(line_class), rule))
    if not found:
        return 0
    keys, classes, rules = zip(*found, strict=True)
    with signed(CLASSIFY_VERB, by=SYSTEM):
        run(CLASSES, {"lines": as_array(keys), "classes": list(classes), "rules": list(rules)})
    now_apart = BillLine.objects.filter(pk__in=keys, line_class__in=APART)
    move_many(now_apart, BillLine.set_apart, by=SYSTEM)
    return len(found)
