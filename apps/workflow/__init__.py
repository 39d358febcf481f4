"""The one door: how any document in the house changes its state.

A machine is declared once, as states, guards and transitions; `move` and `move_many` carry it out under a signature, and
triggers made from the same declaration let Postgres refuse everything else.
"""
