"""The machines of the order floor."""
