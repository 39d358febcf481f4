"""Parsing: a platform's file in, plain values and findings out. One module per platform; no database here."""
