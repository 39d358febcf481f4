"""The ledger's triggers: balances by delta, once per statement, and nobody else's hand in them.

Lock order, here and everywhere: stock balances by key, then bin balances by key, then shipping orders by key. A bin
balance is only ever born under the lock of its stock balance, so its birth cannot wait in a circle.
"""

import pgtrigger
from django.db.models import Func, UUIDField, Value
from django.db.models.functions import Cast, NullIf

from apps.workflow.triggers import VERB, frozen

# A direct statement is not inside any trigger.
BY_HAND = "pg_trigger_depth() < 1"
SIGNED_HERE = f"({VERB} LIKE 'warehouse.%' OR {VERB} = 'core.seed')"
CLICK = Cast(
    NullIf(Func(Value("pghistory.context_id"), Value(True), function="current_setting"), Value("")), UUIDField()
)
REFUSED = "USING ERRCODE = 'check_violation'"

# What leaves with a driver was on a pick list, and leaves bin and list by one change of the balance.
HANDED_OVER = "warehouse.shipment.dispatch"

# What this transaction has locked or written itself is not locked again: that would write each row once more.
_NOT_HELD, _NOT_HELD_BIN = (f"pg_current_xact_id()::xid NOT IN ({each}.xmin, {each}.xmax)" for each in "bc")
_LOCK = f"""
    PERFORM 1 FROM warehouse_stockbalance b JOIN (SELECT DISTINCT warehouse_id, sku_id FROM {{rows}}) r
        ON r.warehouse_id = b.warehouse_id AND r.sku_id = b.sku_id WHERE {_NOT_HELD} ORDER BY b.id FOR UPDATE OF b;
"""  # noqa: S608 - only texts of this module are put in

# Who brings goods holds the bins until the end, so that nobody switches one off meanwhile. Handovers bring none.
_INTO_OPEN_BINS = f"""
    PERFORM 1 FROM warehouse_bin n JOIN (SELECT DISTINCT bin_id FROM new_rows WHERE quantity > 0) r ON r.bin_id = n.id
        ORDER BY n.id FOR SHARE OF n;
    IF EXISTS (
        SELECT FROM new_rows m JOIN warehouse_bin n ON n.id = m.bin_id WHERE m.quantity > 0 AND NOT n.is_active
    ) THEN
        RAISE EXCEPTION 'a stock move brings goods into a bin that is not used any more' {REFUSED};
    END IF;
"""  # noqa: S608 - only texts of this module are put in

# A handover has its balances there and locked already, and finds that out by one look at them.
_BOOK = f"""
    IF {VERB} = '' THEN
        RAISE EXCEPTION 'a stock move needs a signature' {REFUSED};
    END IF;
    SELECT bool_or(n.warehouse_id IS DISTINCT FROM m.warehouse_id),
        bool_or(b.id IS NULL OR {_NOT_HELD} OR c.id IS NULL OR {_NOT_HELD_BIN}), bool_or(m.quantity > 0)
        INTO is_elsewhere, is_unprepared, brings_goods
        FROM new_rows m LEFT JOIN warehouse_bin n ON n.id = m.bin_id
            LEFT JOIN warehouse_stockbalance b ON b.warehouse_id = m.warehouse_id AND b.sku_id = m.sku_id
            LEFT JOIN warehouse_binbalance c ON c.bin_id = m.bin_id AND c.sku_id = m.sku_id;
    IF is_elsewhere THEN
        RAISE EXCEPTION 'a stock move names a bin of another warehouse' {REFUSED};
    END IF;
    IF is_unprepared THEN
        INSERT INTO warehouse_stockbalance (warehouse_id, sku_id, on_hand, reserved, defective)
            SELECT DISTINCT m.warehouse_id, m.sku_id, 0, 0, 0 FROM new_rows m
            WHERE NOT EXISTS (
                SELECT FROM warehouse_stockbalance b WHERE b.warehouse_id = m.warehouse_id AND b.sku_id = m.sku_id
            ) ORDER BY 1, 2 ON CONFLICT DO NOTHING;
        {_LOCK.format(rows="new_rows")}
        INSERT INTO warehouse_binbalance (bin_id, sku_id, quantity, allocated)
            SELECT DISTINCT m.bin_id, m.sku_id, 0, 0 FROM new_rows m
            WHERE NOT EXISTS (SELECT FROM warehouse_binbalance c WHERE c.bin_id = m.bin_id AND c.sku_id = m.sku_id)
            ORDER BY 1, 2 ON CONFLICT DO NOTHING;
        PERFORM 1 FROM warehouse_binbalance c JOIN (SELECT DISTINCT bin_id, sku_id FROM new_rows) r
            ON r.bin_id = c.bin_id AND r.sku_id = c.sku_id WHERE {_NOT_HELD_BIN} ORDER BY c.id FOR UPDATE OF c;
    END IF;
    IF brings_goods THEN
        {_INTO_OPEN_BINS}
    END IF;
    UPDATE warehouse_stockbalance b SET on_hand = b.on_hand + d.good, defective = b.defective + d.bad
        FROM (
            SELECT m.warehouse_id, m.sku_id,
                coalesce(sum(m.quantity) FILTER (WHERE n.kind <> 'defects'), 0) AS good,
                coalesce(sum(m.quantity) FILTER (WHERE n.kind = 'defects'), 0) AS bad
            FROM new_rows m JOIN warehouse_bin n ON n.id = m.bin_id GROUP BY 1, 2
        ) d WHERE d.warehouse_id = b.warehouse_id AND d.sku_id = b.sku_id AND (d.good <> 0 OR d.bad <> 0);
    UPDATE warehouse_binbalance b SET quantity = b.quantity + d.quantity,
            allocated = b.allocated + CASE WHEN {VERB} = '{HANDED_OVER}' THEN d.quantity ELSE 0 END
        FROM (SELECT bin_id, sku_id, sum(quantity) AS quantity FROM new_rows GROUP BY 1, 2) d
        WHERE d.bin_id = b.bin_id AND d.sku_id = b.sku_id AND d.quantity <> 0;
    RETURN NULL;
"""  # noqa: S608 - only texts of this module are put in

# Executed as text: planned for the tables as they are (see core/references.py). Those that fit are counted, because the
# first one that does not fit would be looked for line by line.
_FITTING = """
    SELECT count(*) FROM new_rows r
        JOIN orders_shippingorderline l ON l.id = r.shipping_order_line_id AND l.shipping_order_id = r.shipping_order_id
            AND l.sku_id = r.sku_id AND l.quantity = r.quantity
        JOIN orders_shippingorder o ON o.id = r.shipping_order_id AND o.warehouse_id = r.warehouse_id
"""
_SET_ASIDE = f"""
    EXECUTE '{_FITTING}' INTO fitting;
    IF fitting <> (SELECT count(*) FROM new_rows) THEN
        RAISE EXCEPTION 'a reservation is for another order, warehouse, SKU or quantity than its line' {REFUSED};
    END IF;
    SELECT coalesce(bool_or(b.id IS NULL), false), coalesce(bool_or({_NOT_HELD}), false) INTO is_unknown, is_free
        FROM (SELECT DISTINCT warehouse_id, sku_id FROM new_rows WHERE closed_at IS NULL) r
            LEFT JOIN warehouse_stockbalance b ON b.warehouse_id = r.warehouse_id AND b.sku_id = r.sku_id;
    IF is_unknown THEN
        RAISE EXCEPTION 'a reservation of a SKU that the warehouse never had' {REFUSED};
    END IF;
    IF is_free THEN
        {_LOCK.format(rows="new_rows")}
    END IF;
    UPDATE warehouse_stockbalance b SET reserved = b.reserved + d.quantity
        FROM (
            SELECT warehouse_id, sku_id, sum(quantity) AS quantity FROM new_rows WHERE closed_at IS NULL GROUP BY 1, 2
        ) d WHERE d.warehouse_id = b.warehouse_id AND d.sku_id = b.sku_id;
    RETURN NULL;
"""  # noqa: S608 - only texts of this module are put in

_LET_GO = f"""
    IF EXISTS (SELECT FROM old_rows WHERE closed_at IS NOT NULL)
        OR EXISTS (SELECT FROM new_rows WHERE closed_at IS NULL) THEN
        RAISE EXCEPTION 'a reservation is opened once and closed once' {REFUSED};
    END IF;
    {_LOCK.format(rows="old_rows")}
    UPDATE warehouse_stockbalance b SET reserved = b.reserved - d.quantity
        FROM (SELECT warehouse_id, sku_id, sum(quantity) AS quantity FROM old_rows GROUP BY 1, 2) d
        WHERE d.warehouse_id = b.warehouse_id AND d.sku_id = b.sku_id;
    RETURN NULL;
"""  # noqa: S608 - only texts of this module are put in


def moves_stay() -> pgtrigger.Trigger:
    """The ledger is appended to; a mistake is put right by a further line."""
    return _never("moves_stay", pgtrigger.Update | pgtrigger.Delete)


def moves_are_booked() -> pgtrigger.Trigger:
    """Every line of the ledger is counted in the balances, however it came in."""
    return pgtrigger.Trigger(
        name="moves_are_booked",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        declare=[("is_elsewhere", "boolean"), ("is_unprepared", "boolean"), ("brings_goods", "boolean")],
        func=_BOOK,
    )


def bins_with_goods_stay_open() -> pgtrigger.Trigger:
    """What lies in a bin that is switched off would be reserved and never picked."""
    return pgtrigger.Trigger(
        name="bins_with_goods_stay_open",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("is_active"),
        condition=pgtrigger.Condition("OLD.is_active AND NOT NEW.is_active"),
        func=f"""
            IF EXISTS (SELECT FROM warehouse_binbalance b WHERE b.bin_id = NEW.id AND b.quantity <> 0) THEN
                RAISE EXCEPTION 'there are goods in the bin %', NEW.code {REFUSED};
            END IF;
            RETURN NEW;
        """,
    )


def kept_by_the_ledger() -> list[pgtrigger.Trigger]:
    """A stock balance is born empty, and every number in it comes from a trigger."""
    return [
        _refusal(
            "balances_are_born_empty", pgtrigger.Insert, "(NEW.on_hand, NEW.reserved, NEW.defective) <> (0, 0, 0)"
        ),
        _refusal("balances_follow_the_ledger", pgtrigger.Update | pgtrigger.Delete),
    ]


def quantity_kept_by_the_ledger() -> list[pgtrigger.Trigger]:
    """As above for a bin's content; what is on pick lists changes under a signature of the warehouse."""
    return [
        _refusal("balances_are_born_empty", pgtrigger.Insert, "(NEW.quantity, NEW.allocated) <> (0, 0)"),
        _refusal("balances_stay", pgtrigger.Delete),
        _refusal(
            "balances_follow_the_ledger",
            pgtrigger.Update,
            "(OLD.bin_id, OLD.sku_id, OLD.quantity) IS DISTINCT FROM (NEW.bin_id, NEW.sku_id, NEW.quantity) "
            f"OR NOT {SIGNED_HERE}",
        ),
    ]


def reservations_are_counted() -> list[pgtrigger.Trigger]:
    """Set aside on insert, let go or shipped on update; nothing else about a reservation changes."""
    return [
        pgtrigger.Trigger(
            name="reservations_are_counted",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("fitting", "bigint"), ("is_unknown", "boolean"), ("is_free", "boolean")],
            func=_SET_ASIDE,
        ),
        pgtrigger.Trigger(
            name="reservations_are_let_go",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
            func=_LET_GO,
        ),
        _never("reservations_stay", pgtrigger.Delete),
        frozen(["shipping_order_line_id", "shipping_order_id", "warehouse_id", "sku_id", "quantity", "reserved_at"]),
    ]


def _never(name: str, operation: pgtrigger.core.Operation) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=operation,
        func=f"RAISE EXCEPTION '% is appended to: no % of what is in it', TG_TABLE_NAME, TG_OP {REFUSED};",
    )


def _refusal(name: str, operation: pgtrigger.core.Operation, unless_harmless: str = "true") -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        condition=pgtrigger.Condition(f"{BY_HAND} AND ({unless_harmless})"),
        func=f"RAISE EXCEPTION '% is written by the stock ledger alone', TG_TABLE_NAME {REFUSED};",
    )
