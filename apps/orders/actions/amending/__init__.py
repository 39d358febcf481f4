"""The parts of an amendment that touch other tables than the order's own."""
