"""Who acts in a request."""

from django.http import HttpRequest

from apps.org.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The one who acts, the same object for the whole request so that scope and rights are read once."""
    actor: Actor | None = getattr(request, "records_actor", None)
    if actor is None or actor.user is not request.user:
        actor = Actor.of(request.user)  # type: ignore[arg-type]  # the site lets nobody anonymous in
        request.records_actor = actor  # type: ignore[attr-defined]  # our own attribute
    return actor
