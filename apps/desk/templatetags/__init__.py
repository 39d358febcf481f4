"""The desk's words for templates."""
