"""The machines of the finance floor."""
