"""The warehouse's machines."""
