"""The API door: orders in and out, one token per store."""
