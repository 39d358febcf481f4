"""Damage that the database and the code refuse today, planted past both, to see that the checker names it."""
