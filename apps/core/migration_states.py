"""States of the history with few of its classes, for steps that need no more."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.models.fields.related import RECURSIVE_RELATIONSHIP_CONSTANT
from django.db.models.utils import make_model_tuple
from django.utils.functional import cached_property

Key = tuple[str, str]  # an app's label and a model's name, in lower case
IDENTITY = {"db_table", "managed", "proxy", "swappable"}


class FewModels(ProjectState):
    """Some models as they were at one step of the history; where they point to others, the others are mere names."""

    @cached_property
    def apps(self) -> StateApps:
        """The classes of these, rendered when the first is asked for."""
        rendered = StateApps([], {})
        rendered.render_multiple(list(self.models.values()))
        return rendered


def around(key: Key, models: Mapping[Key, ModelState]) -> FewModels:
    """A model, and as shells those that its table cannot be made or changed without; nobody who points to it."""
    found = {key: models[key]} if key in models else {}
    near = [to for model in found.values() for to in (*_bases(model), *_targets(key, model))]
    return FewModels(shells(near, models) | found)


def shells(keys: Iterable[Key], models: Mapping[Key, ModelState]) -> dict[Key, ModelState]:
    """These models and what they are made from, each with no columns but those by which its rows are known."""
    found: dict[Key, ModelState] = {}
    waiting = list(keys)
    while waiting:
        each = waiting.pop()
        if each in models and each not in found:
            found[each] = _shell(models[each])
            waiting += (*_bases(found[each]), *_targets(each, found[each], only_key=True))
    return found


def _shell(model: ModelState) -> ModelState:
    fields = {name: field for name, field in model.fields.items() if field.primary_key or field.unique}
    options = {name: value for name, value in model.options.items() if name in IDENTITY}
    return ModelState(model.app_label, model.name, fields, options, model.bases)


def _bases(model: ModelState) -> list[Key]:
    return [make_model_tuple(base) for base in model.bases if isinstance(base, str)]


def _targets(key: Key, model: ModelState, *, only_key: bool = False) -> Iterator[Key]:
    for field in model.fields.values():
        remote: Any = field.remote_field
        if remote and (field.primary_key or not only_key):
            named = (remote.model, getattr(remote, "through", None))
            yield from (key if to == RECURSIVE_RELATIONSHIP_CONSTANT else make_model_tuple(to) for to in named if to)


class RenderedWhenAsked:
    """In the place of a state's classes until somebody asks about one; then it is all of them.

    Django renders every class before each migration that finds none, and a step's neighbours after each step. With this
    it finds something. Whoever looks into it gets what the models were when it was put there.
    """

    def __init__(self, models: dict[Key, ModelState], real_apps: set[str]) -> None:
        self._models = models
        self._real_apps = real_apps
        self._rendered: StateApps | None = None

    def __getattr__(self, name: str) -> Any:
        if self._rendered is None:
            self._rendered = StateApps(list(self._real_apps), self._models)
        return getattr(self._rendered, name)

    def clone(self) -> "RenderedWhenAsked | StateApps":
        """For a copy of the state; as long as nothing is rendered, there is nothing to copy."""
        return self._rendered.clone() if self._rendered else RenderedWhenAsked(self._models, self._real_apps)


@contextmanager
def without_classes(state: ProjectState) -> Iterator[None]:
    """What is noted inside renders nothing, and afterwards the state's classes wait until somebody asks."""
    had_classes = state.__dict__.pop("apps", None) is not None
    yield
    if had_classes:
        models = {key: each.clone() for key, each in state.models.items()}
        state.__dict__["apps"] = RenderedWhenAsked(models, state.real_apps)
