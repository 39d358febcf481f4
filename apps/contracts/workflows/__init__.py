"""The machines of contracts and statements."""
