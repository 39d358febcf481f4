"""How the cast logs in."""

PASSWORD = "Tide-pool-77"
