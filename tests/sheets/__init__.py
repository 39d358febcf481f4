"""Tests of the sheets floor."""
