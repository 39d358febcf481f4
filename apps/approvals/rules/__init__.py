"""Decisions about decisions: pencil and paper."""
