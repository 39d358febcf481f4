"""Files that the warehouse reads."""
