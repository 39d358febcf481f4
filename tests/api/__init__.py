"""The API: orders in and out, a token per store."""
