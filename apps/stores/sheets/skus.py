"""SKUs and their products, kept in a sheet."""

from django.utils.translation import gettext_lazy as _

from apps.org.actors import Actor
from apps.sheets.kinds import Refusal, SheetKind
from apps.sheets.rules import cells
from apps.sheets.rules.columns import Column
from apps.sheets.sql import Span, before, said, wanted
from apps.stores.sheets.clients import is_known, known_clients

COLUMNS = (
    Column(
        "code", "商家编码", "SKU code", cells.text(64), "QH-0381-BK", is_required=True,
        aliases=("SKU编码", "规格编码", "SKU", "Merchant code"),
        note=_("The merchant code on the platforms. It names the SKU and never changes."),
    ),
    Column(
        "product_code", "商品编码", "Product code", cells.text(40), "QH-0381", aliases=("货号", "款号", "Product"),
        note=_("Needed for a new SKU."),
    ),
    Column(
        "product_name", "商品名称", "Product name", cells.text(120), "真空保温杯 500 ml", aliases=("品名", "Name"),
        note=_("Needed for a product that is not known yet; it is made then."),
    ),
    Column(
        "client", "所属客户", "Owner", cells.text(120), "", aliases=("客户", "Client"), is_clearable=True,
        note=_("The client whose product it is; a dash or nothing for the company's own range."),
    ),
    Column(
        "properties", "规格属性", "Properties", cells.text(120), "黑色;500 ml", is_clearable=True,
        aliases=("规格", "销售属性", "颜色规格"), note=_("Colour, size and the like."),
    ),
    Column(
        "barcode", "条码", "Barcode", cells.number(32), "6901234567892", is_clearable=True,
        aliases=("条形码", "69码", "EAN", "GTIN"), note=_("One SKU each. Keep the cell as text, or digits get lost."),
    ),
    Column(
        "weight", "重量(克)", "Weight (g)", cells.grams, "420", is_clearable=True,
        aliases=("重量", "重量g", "克重", "Weight"), note=_("Whole grams, without a unit."),
    ),
    Column(
        "cost", "成本价", "Cost", cells.amount, "38.50", is_clearable=True, aliases=("成本", "采购成本", "Unit cost"),
        note=_("Yuan, at most two decimals, never below zero."),
    ),
    Column(
        "is_active", "启用", "Active", cells.yes_or_no, "是", aliases=("是否启用", "状态"), show=cells.yes_or_no_shown,
        note=_("Yes or no; yes for a new SKU when nothing stands here."),
    ),
)  # fmt: skip

BEFORE = before(
    {
        "product_code": ("own.code", "text"),
        "product_name": ("p.name", "text"),
        "properties": ("k.properties", "text"),
        "barcode": ("k.barcode", "text"),
        "weight": ("k.weight_grams", "integer"),
        "cost": ("k.cost_amount", "numeric"),
        "is_active": ("k.is_active", "boolean"),
    }
)
# What the file as a whole says of each product: one row may name it for the others.
NAMES = """
    names AS MATERIALIZED (
        SELECT values ->> 'product_code' AS code, max(values ->> 'product_name') AS name,
               max(nullif(values ->> 'client', '')) AS client
        FROM sheets_sheetrow WHERE sheet_id = %(sheet)s AND verdict <> 'refused' AND values ? 'product_code' GROUP BY 1
    )
"""
JUDGED = f"""
    WITH {NAMES}
    SELECT s.id, k.id AS target_id, {BEFORE} AS before, w.code,
           coalesce(CASE w.code WHEN 'barcode_taken' THEN b.code WHEN 'unknown_client' THEN s.v ->> 'client'
                    ELSE coalesce(s.v ->> 'product_code', own.code) END, '') AS detail
    FROM staged s
    LEFT JOIN stores_sku k ON k.code = s.v ->> 'code'
    LEFT JOIN stores_product own ON own.id = k.product_id
    LEFT JOIN stores_product p ON p.code = coalesce(s.v ->> 'product_code', own.code)
    LEFT JOIN names n ON n.code = s.v ->> 'product_code'
    LEFT JOIN org_client c ON c.name = nullif(s.v ->> 'client', '')
    LEFT JOIN stores_sku b ON b.barcode = nullif(s.v ->> 'barcode', '') AND b.code <> s.v ->> 'code'
    LEFT JOIN stores_product bp ON bp.id = b.product_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN k.id IS NOT NULL AND NOT {is_known("own.client_id")} THEN 'foreign_sku'
        WHEN p.id IS NOT NULL AND NOT {is_known("p.client_id")} THEN 'foreign_product'
        WHEN NOT s.v ? 'product_code' AND (k.id IS NULL OR s.v ? 'product_name') THEN 'product_missing'
        WHEN p.id IS NULL AND n.name IS NULL THEN 'unknown_product'
        WHEN s.v ->> 'client' <> '' AND (c.id IS NULL OR NOT {is_known("c.id")}) THEN 'unknown_client'
        WHEN p.id IS NOT NULL AND s.v ? 'client' AND c.id IS DISTINCT FROM p.client_id THEN 'other_client'
        WHEN b.id IS NOT NULL AND NOT {is_known("bp.client_id")} THEN 'barcode_foreign'
        WHEN b.id IS NOT NULL THEN 'barcode_taken'
        ELSE '' END AS code) w
"""  # noqa: S608 - fixed fragments, values are parameters
REFUSALS = {
    "foreign_sku": Refusal("code", _("This code belongs to a client for whose stores you do not work.")),
    "foreign_product": Refusal(
        "product_code", _("The product %(detail)s belongs to a client for whose stores you do not work.")
    ),
    "product_missing": Refusal("product_code", _("Write the product code here: a new SKU or a name needs it.")),
    "unknown_product": Refusal(
        "product_code", _("There is no product %(detail)s yet. Write its name beside it, and it will be made.")
    ),
    "unknown_client": Refusal("client", _("You know no client of the name “%(detail)s”.")),
    "other_client": Refusal("client", _("The product %(detail)s has another owner. Change that in its record.")),
    "barcode_foreign": Refusal("barcode", _("Another client's SKU has this barcode already.")),
    "barcode_taken": Refusal("barcode", _("The SKU %(detail)s has this barcode already.")),
}

NEW_PRODUCTS = f"""
    , {NAMES}
    INSERT INTO stores_product (code, name, client_id)
    SELECT n.code, n.name, c.id FROM names n LEFT JOIN org_client c ON c.name = n.client
    WHERE n.name IS NOT NULL AND n.code IN (SELECT v ->> 'product_code' FROM staged)
      AND (n.client IS NULL OR (c.id IS NOT NULL AND {is_known("c.id")}))
      AND NOT EXISTS (SELECT FROM stores_product p WHERE p.code = n.code)
    ORDER BY n.code
"""  # noqa: S608 - fixed fragments, values are parameters
RENAMED_PRODUCTS = """
    UPDATE stores_product p SET name = n.name
    FROM (SELECT DISTINCT v ->> 'product_code' AS code, v ->> 'product_name' AS name FROM staged) n
    WHERE p.code = n.code AND n.name IS NOT NULL AND p.name <> n.name
"""
CHANGED_SKUS = f"""
    UPDATE stores_sku k SET
        product_id = coalesce(p.id, k.product_id),
        properties = {wanted("properties", "k.properties")},
        barcode = {wanted("barcode", "k.barcode")},
        weight_grams = {wanted("weight", "k.weight_grams", "integer")},
        cost_amount = {wanted("cost", "k.cost_amount", "numeric")},
        is_active = {wanted("is_active", "k.is_active", "boolean")}
    FROM staged s LEFT JOIN stores_product p ON p.code = s.v ->> 'product_code'
    WHERE k.id = s.target_id AND s.verdict = 'changed'
"""  # noqa: S608 - fixed fragments, values are parameters
NEW_SKUS = f"""
    , made AS (
        INSERT INTO stores_sku (code, product_id, properties, barcode, weight_grams, cost_amount, is_active)
        SELECT s.v ->> 'code', p.id, {wanted("properties", "''")}, {wanted("barcode", "''")},
               {said("weight", "integer")}, {said("cost", "numeric")}, {wanted("is_active", "true", "boolean")}
        FROM staged s JOIN stores_product p ON p.code = s.v ->> 'product_code'
        WHERE s.verdict = 'new' ORDER BY s.id
        RETURNING id, code
    )
    UPDATE sheets_sheetrow t SET target_id = made.id
    FROM made JOIN staged s ON s.v ->> 'code' = made.code WHERE t.id = s.id
"""  # noqa: S608 - fixed fragments, values are parameters


def write_skus(span: Span, _by: Actor) -> None:
    """Make missing products, then change and make the SKUs of a span."""
    for statement in (NEW_PRODUCTS, RENAMED_PRODUCTS, CHANGED_SKUS, NEW_SKUS):
        span.write(statement)


SKUS = SheetKind(
    name="skus", label=_("SKUs"), icon="package", permission="sheets.import_skus",
    about=_("Products and their SKUs: barcode, weight, cost, whether they are sold."),
    columns=COLUMNS, key=("code",), alone=("barcode",),
    agree=(("product_code", "product_name"), ("product_code", "client")),
    target="stores.sku", judged=JUDGED, refusals=REFUSALS, write=write_skus, params=known_clients,
)  # fmt: skip
