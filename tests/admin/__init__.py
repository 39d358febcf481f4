"""The records: admin pages, their scope, their rights and their buttons."""
