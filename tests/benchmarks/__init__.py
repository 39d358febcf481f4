"""What opsdesk costs, measured beside the bare limit of the same work: `make bench`. Never part of the tests."""
