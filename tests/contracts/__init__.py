"""Tests of contracts and statements."""
