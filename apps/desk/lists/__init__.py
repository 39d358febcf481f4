"""The list kit: tabs, filters, columns, keyset pages and saved views, declared once per list page."""
