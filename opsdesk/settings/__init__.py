"""Where things run: base for all, local for a checkout, test for the tests, production for the office."""
