"""Print a paper once more: its number and contents stay, only the file is made anew."""

from django.db import transaction

from apps.documents.doorbell import ring
from apps.documents.models import Document
from apps.org.actors import Actor
from apps.org.scope import the_visible
from apps.workflow.move import move


@transaction.atomic
def print_again(pk: int, *, by: Actor) -> Document:
    """Ask for a fresh file, after a failure or because the old one has expired; the old one stays until then.

    Raises NotFound for a foreign paper, NotAllowed without the right, IllegalMove while it is being printed.
    """
    document = the_visible(Document.objects.readable(by).locked(), by, pk=pk)
    move(document.print_again, by=by, also={"attempts": 0, "held_until": None, "failure": ""})
    ring(document.pk)
    return document
