"""API tokens: a program's right to one store's orders, in the name of a user."""

import secrets
from hashlib import sha256

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.orders.models import StoreToken
from apps.org.actors import Actor
from apps.org.models import Store, User
from apps.org.scope import the_visible

PREFIX = "ods_"
RANDOM_BYTES = 32
LONGEST_NAME = 80


def hashed(plain: str) -> bytes:
    """How a token is kept: a fast hash is enough for 256 random bits."""
    return sha256(plain.encode("utf-8", "surrogateescape")).digest()


@transaction.atomic
def issue_token(store_id: int, user_id: int, name: str, *, by: Actor) -> str:
    """Make a token with which a program acts for one store in the name of one user.

    Returns it in plain, this once; only its hash is kept. Raises NotAllowed; NotFound for a foreign store or an unknown
    user; Invalid without a name, for a user who does not work for the store, or for a superuser: none is a program.
    """
    if not by.may("orders.add_storetoken"):
        raise NotAllowed(_("You do not have the right to do this."))
    store = the_visible(Store.objects.filter(is_active=True), by, pk=store_id)
    user = _user_of(store, user_id)
    words = name.strip()
    if not words or len(words) > LONGEST_NAME or not words.isprintable():
        raise Invalid(_("Give the token a name of at most 80 characters."), code="name_missing")
    plain = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    with signed("orders.storetoken.issue", by=by):
        StoreToken.objects.create(name=words, store=store, user=user, token_hash=hashed(plain), tail=plain[-4:])
    return plain


def _user_of(store: Store, user_id: int) -> User:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(_("There is no such user, or the account is closed."))
    if user.is_superuser:
        raise Invalid(_("A token cannot act as an administrator with all rights."), code="superuser")
    actor = Actor.of(user)
    in_store = actor.store_ids is None or store.pk in actor.store_ids
    in_warehouse = actor.warehouse_ids is None or store.warehouse_id in actor.warehouse_ids
    if not in_store and not in_warehouse:
        raise Invalid(_("This user does not work for this store."), code="not_their_store")
    return user


@transaction.atomic
def revoke_token(pk: int, *, by: Actor) -> StoreToken:
    """End a token at once; doing it twice is harmless. Raises NotAllowed, NotFound."""
    if not by.may("orders.change_storetoken"):
        raise NotAllowed(_("You do not have the right to do this."))
    token = the_visible(StoreToken.objects.all(), by, pk=pk)
    with signed("orders.storetoken.revoke", by=by):
        StoreToken.objects.filter(pk=pk, revoked_at__isnull=True).update(revoked_at=Now())
    token.refresh_from_db(fields=["revoked_at"])
    return token
