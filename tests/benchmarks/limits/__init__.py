"""The bare limits: the same work without a house around it. They know nothing of opsdesk and check nothing."""
