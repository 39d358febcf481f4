"""Questions: how a lower app asks for what only a higher one knows, without an import that goes up.

The lower app declares `Question[Protocol]` with a default that holds while nobody answers; the higher app answers in
`AppConfig.ready()`.
"""

from typing import Generic, TypeVar

Answerer = TypeVar("Answerer")


class Question(Generic[Answerer]):
    """One typed question with at most one answerer. `ask()` gives the answerer, or the stated default."""

    def __init__(self, name: str, default: Answerer) -> None:
        self.name = name
        self._default = default
        self._answerer: Answerer | None = None

    def answer_with(self, answerer: Answerer) -> None:
        """Become the one who answers. Raises ValueError when somebody else does already."""
        if self._answerer is not None and self._answerer is not answerer:
            raise ValueError(f"{self.name} is answered already")
        self._answerer = answerer

    def forget(self) -> None:
        """Nobody answers any more; the default holds."""
        self._answerer = None

    def ask(self) -> Answerer:
        """Who answers now."""
        return self._default if self._answerer is None else self._answerer
