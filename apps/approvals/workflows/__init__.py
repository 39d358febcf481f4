"""The machine of a request."""
