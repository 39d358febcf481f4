"""The search for waste waits while rows are read by the thousand, and no longer."""

import gc

import pytest

from apps.jobs.tidying import NEW_OBJECTS, seldom_tidied


def test_waste_is_looked_for_seldom_inside_and_as_often_as_before_afterwards_even_when_the_work_breaks() -> None:
    usual, inside = gc.get_threshold(), gc.get_threshold()

    with pytest.raises(ValueError, match="broken"), seldom_tidied():
        inside = gc.get_threshold()
        raise ValueError("broken")

    assert inside[0] == NEW_OBJECTS > usual[0]
    assert gc.get_threshold() == usual
