"""The bins of a warehouse, kept in a sheet."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.sheets.kinds import Refusal, SheetKind
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column
from apps.sheets.sql import Span, before, wanted
from apps.warehouse.models import Bin

FURTHEST = 1_000_000
KINDS = {
    "拣货": Bin.Kind.PICK.value, "残次": Bin.Kind.DEFECTS.value, "pick": Bin.Kind.PICK.value,
    "defects": Bin.Kind.DEFECTS.value, "拣货位": Bin.Kind.PICK.value, "良品": Bin.Kind.PICK.value,
    "残次位": Bin.Kind.DEFECTS.value, "次品": Bin.Kind.DEFECTS.value,
}  # fmt: skip


def kind_shown(value: str) -> str | Promise:
    """The kind as a reader of the file knows it."""
    return {"pick": _("pick"), "defects": _("defects")}.get(value, value)


COLUMNS = (
    Column(
        "code", "库位", "Bin", cells.text(20), "A-01-02", is_required=True,
        aliases=("库位编码", "库位号", "货位", "Bin code"),
        note=_("As on the label of the shelf. It names the bin and never changes."),
    ),
    Column(
        "zone", "库区", "Zone", cells.text(20), "A", is_clearable=True, aliases=("区域",),
        note=_("Part of the warehouse."),
    ),
    Column(
        "walk_order", "拣货顺序", "Walking order", cells.whole(0, FURTHEST), "10", aliases=("顺序", "路径顺序"),
        note=_("How early a picker passes it: a whole number, small ones first."),
    ),
    Column(
        "kind", "库位类型", "Bin kind", cells.one_of(KINDS), "拣货", aliases=("类型", "Kind"), show=kind_shown,
        note=_("pick (拣货) or defects (残次); pick when nothing stands here. It never changes."),
    ),
    Column(
        "is_active", "启用", "Active", cells.yes_or_no, "是", aliases=("是否启用", "状态"), show=cells.yes_or_no_shown,
        note=_("Yes or no; yes for a new bin when nothing stands here."),
    ),
)  # fmt: skip

BEFORE = before(
    {"zone": ("k.zone", "text"), "walk_order": ("k.walk_order", "integer"), "is_active": ("k.is_active", "boolean")}
)
JUDGED = f"""
    SELECT s.id, k.id AS target_id, {BEFORE} AS before, w.code, coalesce(n.code, s.v ->> 'code') AS detail
    FROM staged s
    LEFT JOIN warehouse_bin k ON k.warehouse_id = %(warehouse)s AND k.code = s.v ->> 'code'
    LEFT JOIN LATERAL (
        SELECT n.code FROM warehouse_bin n
        WHERE k.id IS NULL AND n.warehouse_id = %(warehouse)s AND lower(n.code) = lower(s.v ->> 'code') LIMIT 1
    ) n ON true
    CROSS JOIN LATERAL (SELECT CASE
        WHEN k.id IS NOT NULL AND s.v ->> 'kind' <> k.kind THEN 'other_kind'
        WHEN n.code IS NOT NULL THEN 'other_case'
        WHEN s.v ->> 'is_active' = 'false' AND EXISTS
            (SELECT FROM warehouse_binbalance b WHERE b.bin_id = k.id AND b.quantity <> 0) THEN 'not_empty'
        ELSE '' END AS code) w
"""  # noqa: S608 - fixed fragments, values are parameters
REFUSALS = {
    "other_kind": Refusal(
        "kind", _("The bin %(detail)s keeps its kind: its stock was counted by it. Make another bin.")
    ),
    "other_case": Refusal("code", _("The bin %(detail)s is there already; a scanner does not tell the two apart.")),
    "not_empty": Refusal("is_active", _("There are goods in the bin %(detail)s. Move them first.")),
}
# By key, as whoever brings goods holds them.
HELD = "SELECT FROM warehouse_bin k JOIN staged s ON s.target_id = k.id ORDER BY k.id FOR NO KEY UPDATE OF k"
CHANGED = f"""
    UPDATE warehouse_bin k SET
        zone = {wanted("zone", "k.zone")},
        walk_order = {wanted("walk_order", "k.walk_order", "integer")},
        is_active = {wanted("is_active", "k.is_active", "boolean")}
    FROM staged s WHERE k.id = s.target_id AND s.verdict = 'changed'
"""  # noqa: S608 - fixed fragments, values are parameters
NEW = f"""
    , made AS (
        INSERT INTO warehouse_bin (warehouse_id, code, zone, walk_order, kind, is_active)
        SELECT %(warehouse)s, s.v ->> 'code', {wanted("zone", "''")}, {wanted("walk_order", "0", "integer")},
               {wanted("kind", "'pick'")}, {wanted("is_active", "true", "boolean")}
        FROM staged s WHERE s.verdict = 'new' ORDER BY s.id
        RETURNING id, code
    )
    UPDATE sheets_sheetrow t SET target_id = made.id
    FROM made JOIN staged s ON s.v ->> 'code' = made.code WHERE t.id = s.id
"""  # noqa: S608 - fixed fragments, values are parameters


def write_bins(span: Span, _by: Actor) -> None:
    """Change and make the bins of a span."""
    for statement in (HELD, CHANGED, NEW):
        span.write(statement)


BINS = SheetKind(
    name="bins", label=_("Bins"), icon="warehouse", permission="sheets.import_bins",
    about=_("The bins of one warehouse: zone, walking order, what they are for."),
    columns=COLUMNS, key=("code",), words=("code", "ARRAY[lower(values ->> 'code')]"), place="warehouse",
    target="warehouse.bin", judged=JUDGED, refusals=REFUSALS, write=write_bins,
)  # fmt: skip
