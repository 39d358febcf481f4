"""Load the demo company, name its log-ins."""
