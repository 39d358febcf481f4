"""The desk: pages of daily work."""
