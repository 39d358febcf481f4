"""A believable company to look at and to test with: three clients, eight stores, their people, products and orders.

Everything is invented and follows from one constant and the current instant: the same day gives the same company. What
happened in the last weeks is written through the seeding door, with its history at its own times.
"""
