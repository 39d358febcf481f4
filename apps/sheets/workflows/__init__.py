"""The sheet's machine."""
