"""Reads of the staff floor: people, events, sheets, pay, alerts."""
