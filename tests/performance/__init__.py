"""What pages and verbs cost in statements, which is exact where time is not; timings are `make bench`."""
