"""The verbs of the finance floor."""
