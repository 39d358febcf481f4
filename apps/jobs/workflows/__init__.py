"""The job's machine."""
