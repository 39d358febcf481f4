"""Who calls: a store's token, in the name of the user who keeps it."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.orders.actions.tokens import hashed
from apps.orders.models import StoreToken
from apps.org.models import User

PARTS = 2


class StoreTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`. Unknown, revoked and orphaned tokens look the same."""

    def authenticate(self, request: Request) -> tuple[User, StoreToken] | None:
        """The user and the token. Raises AuthenticationFailed; None without the header."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        presented = parts[1].decode("latin-1") if len(parts) == PARTS else ""
        token = (
            StoreToken.objects.select_related("user", "store")
            .filter(token_hash=hashed(presented), revoked_at__isnull=True, user__is_active=True, store__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("The token is not valid."), code="token_invalid")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401."""
        return "Bearer"
