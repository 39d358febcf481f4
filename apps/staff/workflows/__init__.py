"""The machine of a score sheet."""
