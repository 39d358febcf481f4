"""The staged columns in the house's words, and how long their values may be."""

MOMENTS = ("placed_at", "paid_at", "platform_shipped_at", "finished_at")
AMOUNTS = ("goods_amount", "postage_amount", "total_amount", "paid_amount", "refund_amount", "received_amount")
MIRRORED_TEXTS = ("status_text", "close_reason", "buyer_message", "seller_memo", "flag")
REGION = ("province", "city", "district")
CONTACT = ("buyer", "receiver", "phone", "telephone", "address")

# What is longer is cut: these are read by people.
CUT_TO = {"status_text": 60, "close_reason": 80, "flag": 10, "title": 200, "properties": 200}
# What is longer is refused: these find other rows again.
LONGEST = {"number": 40, "line_key": 60, "platform_item_id": 40, "outer_code": 64}

ORDER_COLUMNS = [
    "batch_id", "file_id", "row", "verdict", "applied", "lines_only", "number", "state", *MOMENTS, *AMOUNTS,
    *MIRRORED_TEXTS, "waybill_number", "exported_at", "digest", "contact_digest", "buyer_masked", "receiver_masked",
    "phone_masked", *REGION, "sealed", "phone_hash", "tail_hash", "name_hash", "buyer_hash", "is_masked",
]  # fmt: skip
LINE_COLUMNS = [
    "batch_id", "file_id", "row", "verdict", "number", "line_key", "title", "outer_code", "properties",
    "platform_item_id", "quantity", "unit_price_amount", "paid_amount", "refund_state",
]  # fmt: skip
