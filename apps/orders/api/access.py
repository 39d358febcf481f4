"""What every view of the order API starts from: one token, one store, one user's rights, signed `api`."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.audit.context import acting_from
from apps.core.errors import NotFound
from apps.orders.api.schema import HouseSchema
from apps.orders.models import Order, ShippingOrder, StoreToken
from apps.org.actors import Actor
from apps.org.scope import visible

Row = TypeVar("Row", Order, ShippingOrder)
LONGEST_NUMBER = 40


class HasRights(BasePermission):
    """The token's user has every right that the view names for this method; a method without rights is closed."""

    message = _("You do not have the right to do this.")
    code = "not_allowed"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the call may go on; a method that the view does not have goes on to its 405."""
        if not isinstance(request.auth, StoreToken) or not isinstance(view, StoreView):
            return False
        method = (request.method or "").upper()
        if method not in view.rights:
            return not hasattr(view, method.lower())
        by = Actor.of(request.auth.user)
        return all(by.may(right) for right in view.rights[method])


class StoreView(APIView):
    """A view that acts for the token's store, in the name of the token's user."""

    permission_classes = [HasRights]
    http_method_names = ["get", "post"]
    rights: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    schema = HouseSchema()
    by: Actor
    token: StoreToken

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Everything that happens inside is signed as coming from the API."""
        with acting_from("api"):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who calls, then remember it."""
        super().initial(request, *args, **kwargs)
        if isinstance(request.auth, StoreToken):
            self.token = request.auth
            self.by = Actor.of(self.token.user)

    def mine(self, rows: "models.QuerySet[Row]") -> "models.QuerySet[Row]":
        """The rows of the token's store, as far as its user may see them."""
        return visible(rows.filter(store_id=self.token.store_id), self.by)

    def the_numbered(self, rows: "models.QuerySet[Row]", number: str) -> Row:
        """The row with this number. Raises NotFound, in the same words for a foreign and for a missing one."""
        readable = number.isprintable() and len(number) <= LONGEST_NUMBER
        row = self.mine(rows.filter(number=number)).first() if readable else None
        if row is None:
            raise NotFound(_("There is no such record, or it belongs to another store."))
        return row
