"""The items of a store and the SKU behind each, kept in a sheet."""

from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.sheets.kinds import Refusal, SheetKind
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column
from apps.sheets.sql import Span, before, said, wanted
from apps.stores.sheets.clients import is_known, known_clients

COLUMNS = (
    Column(
        "store", "店铺", "Store", cells.text(80), "", aliases=("店铺名称",),
        note=_("May be left out; when it is there, it must be the chosen store."),
    ),
    Column(
        "item", "平台商品ID", "Platform item number", cells.number(40), "704118240391", is_required=True,
        aliases=("商品ID", "宝贝ID", "数字ID", "链接ID", "Item number"), note=_("As the platform shows it."),
    ),
    Column(
        "platform_sku", "平台SKU ID", "Platform SKU number", cells.number(40), "5014287730112",
        aliases=("SKU ID", "SKUID", "规格ID"), note=_("Nothing when the item has no variants."),
    ),
    Column(
        "outer_code", "商家编码", "Merchant code", cells.text(64), "QH-0381-BK", is_clearable=True,
        aliases=("商家外部编码", "Outer code"), note=_("As it stands on the platform."),
    ),
    Column(
        "title", "商品标题", "Title", cells.text(200), "真空保温杯 500 ml 黑色", aliases=("宝贝标题", "标题", "链接标题"),
        note=_("Needed for a new listing; later it is changed by a listing change."),
    ),
    Column(
        "list_price", "标价", "List price", cells.amount, "129.00", is_clearable=True, aliases=("一口价", "吊牌价"),
        note=_("Yuan, at most two decimals; of a known listing it is changed by a price change."),
    ),
    Column(
        "sku", "SKU编码", "SKU code", cells.text(64), "QH-0381-BK", is_clearable=True, aliases=("规格编码", "内部编码"),
        note=_("The SKU that it sells; a dash takes it away."),
    ),
)  # fmt: skip

BEFORE = before(
    {
        "outer_code": ("g.outer_code", "text"),
        "sku": ("coalesce(ks.code, '')", "text"),
    }
)
JUDGED = f"""
    SELECT s.id, g.id AS target_id, {BEFORE} AS before, w.code,
           coalesce(CASE w.code WHEN 'other_store' THEN st.name WHEN 'title_by_change' THEN g.title
               WHEN 'price_by_change' THEN g.list_price_amount::text ELSE s.v ->> 'sku' END, '–') AS detail
    FROM staged s
    JOIN org_store st ON st.id = %(store)s
    LEFT JOIN stores_listing g ON g.store_id = st.id AND g.platform_item_id = s.v ->> 'item'
        AND g.platform_sku_id = coalesce(s.v ->> 'platform_sku', '')
    LEFT JOIN stores_sku ks ON ks.id = g.sku_id
    LEFT JOIN stores_sku k ON k.code = nullif(s.v ->> 'sku', '')
    LEFT JOIN stores_product p ON p.id = k.product_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN s.v ->> 'store' <> ALL (ARRAY[st.name, st.code, st.export_name]) THEN 'other_store'
        WHEN s.v ->> 'sku' <> '' AND (k.id IS NULL OR NOT {is_known("p.client_id")}) THEN 'unknown_sku'
        WHEN g.id IS NULL AND NOT s.v ? 'title' THEN 'title_missing'
        WHEN s.v ->> 'title' <> g.title THEN 'title_by_change'
        WHEN g.id IS NOT NULL AND s.v ? 'list_price'
            AND {said("list_price", "numeric")} IS DISTINCT FROM g.list_price_amount THEN 'price_by_change'
        ELSE '' END AS code) w
"""  # noqa: S608 - fixed fragments, values are parameters
REFUSALS = {
    "other_store": Refusal("store", _("This row is of another store than “%(detail)s”, which was chosen.")),
    "unknown_sku": Refusal("sku", _("There is no SKU %(detail)s. Import the SKUs first, or correct the code.")),
    "title_missing": Refusal("title", _("A new listing needs its title.")),
    "title_by_change": Refusal(
        "title",
        _("The title is changed by a listing change that is approved. Here it must stay “%(detail)s”, or be left out."),
    ),
    "price_by_change": Refusal(
        "list_price",
        _("The price is changed by a price change that is approved. Here it must stay %(detail)s, or be left out."),
    ),
}
CHANGED_LISTINGS = f"""
    UPDATE stores_listing g SET
        outer_code = {wanted("outer_code", "g.outer_code")},
        sku_id = CASE WHEN s.v ? 'sku' THEN k.id ELSE g.sku_id END
    FROM staged s LEFT JOIN stores_sku k ON k.code = nullif(s.v ->> 'sku', '')
    WHERE g.id = s.target_id AND s.verdict = 'changed'
"""  # noqa: S608 - fixed fragments, values are parameters
NEW_LISTINGS = f"""
    , made AS (
        INSERT INTO stores_listing
            (store_id, platform_item_id, platform_sku_id, outer_code, title, list_price_amount, sku_id, state, listed_at)
        SELECT %(store)s, s.v ->> 'item', {wanted("platform_sku", "''")}, {wanted("outer_code", "''")}, s.v ->> 'title',
               {said("list_price", "numeric")}, k.id, 'on_sale', now()
        FROM staged s LEFT JOIN stores_sku k ON k.code = nullif(s.v ->> 'sku', '')
        WHERE s.verdict = 'new' ORDER BY s.id
        RETURNING id, platform_item_id, platform_sku_id
    )
    UPDATE sheets_sheetrow t SET target_id = made.id
    FROM made JOIN staged s ON s.v ->> 'item' = made.platform_item_id
        AND coalesce(s.v ->> 'platform_sku', '') = made.platform_sku_id
    WHERE t.id = s.id
"""  # noqa: S608 - fixed fragments, values are parameters


def write_listings(span: Span, _by: Actor) -> None:
    """Change and make the listings of a span."""
    for statement in (CHANGED_LISTINGS, NEW_LISTINGS):
        span.write(statement)


LISTINGS = SheetKind(
    name="listings", label=_("Listings and their SKUs"), icon="tag", permission="sheets.import_listings",
    about=_("The items of one store, and the SKU that each of them sells."),
    columns=COLUMNS, key=("item", "platform_sku"), place="store",
    target="stores.listing", judged=JUDGED, refusals=REFUSALS, write=write_listings, params=known_clients,
)  # fmt: skip
