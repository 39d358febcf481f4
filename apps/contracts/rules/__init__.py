"""The arithmetic of an agency contract: what a person could work out with pencil, paper and a calendar."""
