"""Carriers and their names in files, kept in a sheet."""

import re

from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.sheets.kinds import Refusal, SheetKind
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column
from apps.sheets.sql import Span, before, said, wanted

SEPARATORS = re.compile(r"[,,、;;/|]")
LONGEST_NAME = 60


def code(cell: str) -> str:
    """A carrier's code, in capitals."""
    return cells.text(20)(cell).upper()


def names(cell: str) -> str:
    """Several names in one cell, each once, joined by commas."""
    read = cells.text(LONGEST_NAME)
    found = [read(part) for part in SEPARATORS.split(cell)]
    return ",".join(dict.fromkeys(filter(None, found)))


COLUMNS = (
    Column(
        "code", "快递编码", "Carrier code", code, "ZTO", is_required=True, aliases=("编码", "快递公司编码"),
        note=_("It names the carrier and never changes."),
    ),
    Column(
        "name", "快递公司", "Carrier", cells.text(LONGEST_NAME), "中通快递", aliases=("快递名称", "名称", "Name"),
        note=_("Needed for a new carrier."),
    ),
    Column(
        "aliases", "别名", "Other names", names, "中通,中通速递", is_clearable=True, aliases=("其他名称", "Aliases"),
        note=_("What files call it, parted by commas."),
    ),
    Column(
        "is_active", "启用", "Active", cells.yes_or_no, "是", aliases=("是否启用", "状态"), show=cells.yes_or_no_shown,
        note=_("Yes or no; yes for a new carrier when nothing stands here."),
    ),
)  # fmt: skip

ALIASES = f"string_to_array({said('aliases')}, ',')::varchar({LONGEST_NAME})[]"
BEFORE = before(
    {
        "name": ("k.name", "text"),
        "aliases": ("array_to_string(k.aliases, ',')", "text"),
        "is_active": ("k.is_active", "boolean"),
    }
)


def _folded(word: str) -> str:
    """As `rules.waybills.folded`, in SQL."""
    return f"lower(regexp_replace(normalize({word}, NFKC), '[[:space:]()（）·._-]+', '', 'g'))"


# All that a row calls its carrier.
WORDS = f"""ARRAY(
    SELECT {_folded("w.word")} FROM unnest(
        string_to_array(values ->> 'aliases', ',') || ARRAY[values ->> 'name', values ->> 'code']
    ) w (word)
)"""  # noqa: S608 - fixed fragments
# A word of the row that another carrier goes by, with its name.
TAKEN = f"""
    SELECT m.word || ' (' || o.name || ')' AS detail
    FROM warehouse_carrier o
    CROSS JOIN LATERAL (
        SELECT o.code UNION SELECT o.name UNION SELECT unnest(o.aliases)
        UNION SELECT value FROM jsonb_each_text(o.platform_names)
    ) u (word)
    JOIN unnest({ALIASES} || ARRAY[s.v ->> 'name', s.v ->> 'code']) AS m (word) ON {_folded("m.word")} = {_folded("u.word")}
    WHERE o.code <> s.v ->> 'code' AND {_folded("m.word")} <> '' LIMIT 1
"""  # noqa: S608 - fixed fragments, values are parameters
JUDGED = f"""
    SELECT s.id, k.id AS target_id, {BEFORE} AS before, w.code, coalesce(n.code, t.detail, '') AS detail
    FROM staged s
    LEFT JOIN warehouse_carrier k ON k.code = s.v ->> 'code'
    LEFT JOIN warehouse_carrier n ON n.name = s.v ->> 'name' AND n.code <> s.v ->> 'code'
    LEFT JOIN LATERAL ({TAKEN}) t ON true
    CROSS JOIN LATERAL (SELECT CASE
        WHEN k.id IS NULL AND NOT s.v ? 'name' THEN 'name_missing'
        WHEN n.id IS NOT NULL THEN 'name_taken'
        WHEN t.detail IS NOT NULL THEN 'word_taken'
        ELSE '' END AS code) w
"""  # noqa: S608 - fixed fragments, values are parameters
REFUSALS = {
    "name_missing": Refusal("name", _("A new carrier needs its name.")),
    "name_taken": Refusal("name", _("The carrier %(detail)s has this name already.")),
    "word_taken": Refusal("aliases", _("Another carrier goes by one of these names already: %(detail)s.")),
}
CHANGED = f"""
    UPDATE warehouse_carrier k SET
        name = {wanted("name", "k.name")},
        aliases = CASE WHEN s.v ? 'aliases' THEN {ALIASES} ELSE k.aliases END,
        is_active = {wanted("is_active", "k.is_active", "boolean")}
    FROM staged s WHERE k.id = s.target_id AND s.verdict = 'changed'
"""  # noqa: S608 - fixed fragments, values are parameters
NEW = f"""
    , made AS (
        INSERT INTO warehouse_carrier (code, name, aliases, waybill_patterns, platform_names, is_active)
        SELECT s.v ->> 'code', s.v ->> 'name', coalesce({ALIASES}, '{{}}'), '{{}}', '{{}}',
               {wanted("is_active", "true", "boolean")}
        FROM staged s WHERE s.verdict = 'new' ORDER BY s.id
        RETURNING id, code
    )
    UPDATE sheets_sheetrow t SET target_id = made.id
    FROM made JOIN staged s ON s.v ->> 'code' = made.code WHERE t.id = s.id
"""  # noqa: S608 - fixed fragments, values are parameters


def write_carriers(span: Span, _by: Actor) -> None:
    """Change and make the carriers of a span."""
    for statement in (CHANGED, NEW):
        span.write(statement)


CARRIERS = SheetKind(
    name="carriers", label=_("Carriers"), icon="package", permission="sheets.import_carriers",
    about=_("Express companies and what files call them."),
    columns=COLUMNS, key=("code",), alone=("name",), words=("aliases", WORDS),
    target="warehouse.carrier", judged=JUDGED, refusals=REFUSALS, write=write_carriers,
)  # fmt: skip
