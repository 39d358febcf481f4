"""Issue a paper: take the next number, freeze what it will say, and wake the printer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.audit.context import Unsigned
from apps.core.crypto import encrypt
from apps.core.errors import Conflict, Invalid
from apps.core.numbering import document_number, next_numbers
from apps.core.speech import filled
from apps.documents.doorbell import ring
from apps.documents.freezing import Frozen, canonical, digest_of, freeze
from apps.documents.kinds import DocumentKind, kind_named
from apps.documents.models import Document
from apps.documents.models.document import seal_place
from apps.org.actors import Actor

RESERVED = {"paper", "part", "for_browser"}


def issue(
    kind: str, *, context: Mapping[str, Any], day: dt.date, by: Actor, store_id: int | None = None,
    warehouse_id: int | None = None, subject: models.Model | None = None, language: str | None = None,
    supersedes: Document | None = None,
) -> Document:  # fmt: skip
    """A new paper of a kind, inside the caller's open transaction: it exists, with its number, if and only if that commits.

    context: what the template shows, frozen here; lazy labels are said in the paper's language. day: the business day,
    which also numbers it. subject: the row that it is about. supersedes: the paper that it corrects, of the same kind
    and not corrected before. The caller's own verb has asked for the right. Raises Invalid, Conflict.
    """
    if not connection.in_atomic_block:
        raise Unsigned("issuing a document needs an open transaction")
    spec = kind_named(kind)
    language = _known(language or spec.language)
    if supersedes is not None:
        _check_replaced(supersedes, spec)
    frozen = _frozen(context, language)
    number = document_number(spec.prefix, day, next_numbers(f"documents.{kind}", day)[0])
    document = Document.objects.create(
        kind=kind, number=number, day=day, language=language, store_id=store_id, warehouse_id=warehouse_id,
        supersedes=supersedes, issued_by_id=by.id, issued_by_name=by.name, **_about(subject), **_kept(frozen, spec, number),
    )  # fmt: skip
    ring(document.pk)
    return document


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"papers do not speak {language!r}")
    return language


def _frozen(context: Mapping[str, Any], language: str) -> Frozen:
    """What the paper will say, in its language, under names that the paper itself does not use."""
    with translation.override(language):
        frozen = freeze(context)
    if RESERVED & frozen.keys():
        raise ValueError(f"a context may not name {sorted(RESERVED & frozen.keys())}")
    return frozen


def _about(subject: models.Model | None) -> dict[str, Any]:
    """The row that a paper is about, by its kind and key."""
    if subject is None:
        return {"subject_type": "", "subject_id": None}
    return {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}


def _kept(frozen: Frozen, spec: DocumentKind, number: str) -> dict[str, Any]:
    """Plain, or sealed and bound to the number where it shows somebody's data (docs/adr/0008); its digest in any case."""
    digest = digest_of(frozen)
    if spec.personal:
        sealed = encrypt(canonical(frozen), place=seal_place(number))
        return {"context": None, "sealed_context": sealed, "context_digest": digest}
    return {"context": frozen, "sealed_context": None, "context_digest": digest}


def _check_replaced(old: Document, spec: DocumentKind) -> None:
    """The corrected paper is locked, so that two corrections of it cannot both pass."""
    Document.objects.locked().get(pk=old.pk)
    if old.kind != spec.name:
        raise Invalid(
            _("A document can only be replaced by one of its own kind."), code="other_kind", number=old.number
        )
    later = Document.objects.filter(supersedes=old).first()
    if later is not None:
        raise Conflict(
            filled(_("%(old)s has already been replaced by %(new)s."), old=old.number, new=later.number),
            code="replaced_before",
        )
