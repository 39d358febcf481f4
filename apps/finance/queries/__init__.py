"""What the finance floor can tell: receipts, differences, sums."""
