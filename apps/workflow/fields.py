"""The state column of a machine."""

from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """An `FSMField` that nobody writes by hand; the database and the migrations see the text column that it is.

    Migrations render every model anew for every operation, and an `FSMField` leaves a signal receiver behind each time:
    with twelve machines, half of the time of all migrations went into calling receivers of classes long gone.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"protected": True, **options})

    def deconstruct(self) -> Any:
        """The text column alone."""
        name, _path, arguments, options = super().deconstruct()
        options.pop("protected", None)
        return name, "django.db.models.CharField", arguments, options
