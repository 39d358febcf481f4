"""The bare limits: the same work without a house around it. They check nothing."""
