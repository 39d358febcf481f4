"""Language, appearance and password of one's own user."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.context import signed
from apps.core.errors import Invalid, NotAllowed
from apps.org.actions.passwords import replace_password
from apps.org.actors import Actor
from apps.org.models import User


def _own(by: Actor) -> User:
    if by.user is None:
        raise NotAllowed(_("You do not have the right to do this."))
    return User.objects.select_for_update().get(pk=by.user.pk)


@transaction.atomic
def set_profile(*, by: Actor, language: str | None = None, theme: str | None = None) -> User:
    """Choose the language and the appearance of one's own pages. Raises Invalid for what opsdesk does not have."""
    user = _own(by)
    languages = {code for code, _label in User._meta.get_field("language").flatchoices} | {""}
    if (language is not None and language not in languages) or (theme is not None and theme not in User.Theme.values):
        raise Invalid(_("opsdesk does not have this language or appearance."))
    user.language = user.language if language is None else language
    user.theme = user.theme if theme is None else theme
    with signed("org.user.set_profile", by=by):
        user.save(update_fields=["language", "theme"])
    return user


@transaction.atomic
def change_password(password: str, *, by: Actor) -> User:
    """Give oneself a new password; the form has checked the old one and the rules (SEC-08)."""
    user = _own(by)
    with signed("org.user.change_password", by=by):
        replace_password(user, password, must_change=False)
    return user
