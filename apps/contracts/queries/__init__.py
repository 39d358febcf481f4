"""What the floor of contracts can tell."""
