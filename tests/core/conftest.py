"""What the tests of migrations count."""

import pytest
from django.db.migrations.state import ModelState, StateApps


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the classes that are rendered from now on."""
    names: list[str] = []
    render = ModelState.render

    def counted(model: ModelState, registry: StateApps) -> object:
        names.append(model.name_lower)
        return render(model, registry)

    monkeypatch.setattr(ModelState, "render", counted)
    return names
