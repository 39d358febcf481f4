"""The desk's doors."""
