"""What a system administrator does with log-ins: give roles, give a password, end sessions (SEC-03, SEC-05, SEC-07)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.org.actions.passwords import replace_password
from apps.org.actors import Actor
from apps.org.models import User
from apps.org.permissions import ROLES
from apps.org.questions import SIGNATURE

ROLES_VERB = "org.user.roles"
PASSWORD_VERB = "org.user.password"  # noqa: S105 - a verb
SESSIONS_VERB = "org.user.sessions"


@dataclass(frozen=True, slots=True)
class Grants:
    """What a log-in was given: roles, stores, warehouses. When it changes, open sessions must not go on with the old."""

    is_active: bool
    is_superuser: bool
    roles: frozenset[str]
    stores: frozenset[int]
    warehouses: frozenset[int]


def grants_of(pk: int) -> Grants:
    """The grants of a log-in as they are in the database now. Raises User.DoesNotExist."""
    user = User.objects.get(pk=pk)
    return Grants(
        is_active=user.is_active,
        is_superuser=user.is_superuser,
        roles=frozenset(user.groups.values_list("name", flat=True)),
        stores=frozenset(user.store_grants.values_list("store_id", flat=True)),
        warehouses=frozenset(user.warehouse_grants.values_list("warehouse_id", flat=True)),
    )


@transaction.atomic
def give_roles(pk: int, roles: Collection[str], *, by: Actor) -> User:
    """Give a user exactly these roles; their sessions end. The user's own history tells it, old and new.

    Raises NotFound, Invalid for a role that the house does not know, NotAllowed without the right, for one's own roles
    and for a superuser's by anybody who is none.
    """
    user = _to_be_changed(pk, by, _("Somebody else must change your own roles."))
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise Invalid(_("There is no such role."), roles=sorted(unknown))
    before = set(user.groups.values_list("name", flat=True))
    if before == set(roles):
        return user
    with SIGNATURE.ask().signed(ROLES_VERB, by=by, reason=f"{_in_order(before)} → {_in_order(roles)}"):
        user.groups.set(Group.objects.filter(name__in=roles))
        # Roles hang on the user, not in it: the row is touched so that its history shows who changed them.
        User.objects.filter(pk=pk).update(username=F("username"))
    _forget_sessions(pk)
    return user


@transaction.atomic
def give_password(pk: int, password: str, *, by: Actor) -> User:
    """Set somebody's password; they must choose their own at the next log-in, and their sessions end. Rule: SEC-09.

    The password has passed the validators. Raises NotFound, and NotAllowed as `give_roles` does.
    """
    user = _to_be_changed(pk, by, _("Change your own password on your own page."))
    with SIGNATURE.ask().signed(PASSWORD_VERB, by=by):
        replace_password(user, password, must_change=True)
    _forget_sessions(pk)
    return user


@transaction.atomic
def end_sessions(pk: int, *, by: Actor) -> int:
    """Log somebody out everywhere. Returns how many sessions were open. Raises NotFound and NotAllowed."""
    _to_be_changed(pk, by, _("Log out to end your own session."))
    with SIGNATURE.ask().signed(SESSIONS_VERB, by=by):
        User.objects.filter(pk=pk).update(username=F("username"))
    return _forget_sessions(pk)


def forget_changed(pk: int, before: Grants) -> bool:
    """End the sessions of a user whose grants are no longer what they were. Returns whether they are others."""
    if grants_of(pk) == before:
        return False
    _forget_sessions(pk)
    return True


def _to_be_changed(pk: int, by: Actor, not_oneself: str | Promise) -> User:
    if not by.may("org.change_user"):
        raise NotAllowed(_("You do not have the right to do this."))
    if by.id == pk:
        raise NotAllowed(not_oneself)
    user = User.objects.select_for_update().filter(pk=pk).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    if user.is_superuser and not (by.is_system or (by.user is not None and by.user.is_superuser)):
        raise NotAllowed(_("Only a superuser may change a superuser."))
    return user


def _in_order(roles: Collection[str]) -> str:
    return ", ".join(role for role in ROLES if role in roles) or "–"


def _forget_sessions(pk: int) -> int:
    """Sessions do not know their user by column; the open ones are few enough to be read."""
    running = Session.objects.filter(expire_date__gt=timezone.now())
    keys = [row.session_key for row in running.iterator() if row.get_decoded().get("_auth_user_id") == str(pk)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
