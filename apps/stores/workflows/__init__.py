"""The machines of this floor."""
