"""What this floor can tell: what a price means, what is due, what a decision is shown."""
