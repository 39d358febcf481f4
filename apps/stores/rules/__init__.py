"""Prices with pencil and paper."""
