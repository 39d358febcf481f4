"""Reads assembled for the pages: set-wise, scoped, counted no further than a bound."""
