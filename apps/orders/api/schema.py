"""What the OpenAPI page says beyond serializers: the token, the errors of every call, the key of every write."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter
from rest_framework import serializers

KEY_PATTERN = "^[!-~]{8,80}$"
PROBLEMS = {
    "400": _("The request cannot be used as it is; `details.fields` names each field. Also: no idempotency key."),
    "401": _("The token is missing, wrong or revoked."),
    "403": _("The token's user does not have the right: `not_allowed`."),
    "404": _("There is no such record, or it belongs to another store."),
    "406": _("The answer is JSON; the Accept header asks for something else."),
    "409": _("The record is not, or no longer, where the call expects it; the sentence says why."),
    "413": _("The body is too large."),
    "415": _("The body must be `application/json`."),
    "422": _("The business refuses; or the idempotency key came before with another request."),
    "429": _("Too many calls; `Retry-After` says when to go on."),
    "503": _("The server is busy; send the same request again."),
}
OF_EVERY_CALL = ("400", "401", "403", "404", "406", "429", "503")
OF_WRITES = ("409", "413", "415", "422")


class ProblemOut(serializers.Serializer[Any]):
    """Why a call was refused. code: stable, for programs; message: for people, in the language that was asked for.

    details: what the code is about; for `invalid` a list `fields` of field, code and message.
    """

    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)
    details = serializers.DictField(read_only=True)


class HouseSchema(AutoSchema):
    """Adds the errors and, to writes, the idempotency key."""

    def get_override_parameters(self) -> list[Any]:
        """The key's header on writes."""
        if self.method != "POST":
            return super().get_override_parameters()
        said = _(
            "Your own mark for this request. The same key with the same body gives the same answer, for seven days."
        )
        key = OpenApiParameter(
            "Idempotency-Key", {"type": "string", "minLength": 8, "maxLength": 80, "pattern": KEY_PATTERN},
            OpenApiParameter.HEADER, required=True, description=str(said),
        )  # fmt: skip
        return [key]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        codes = sorted([*OF_EVERY_CALL, *(OF_WRITES if self.method == "POST" else ())])
        return {**bodies, **{code: self._problem(code, direction) for code in codes}}

    def _problem(self, code: str, direction: Direction) -> dict[str, Any]:
        drawer: Any = self  # the library's method has no types
        body: dict[str, Any] = drawer._get_response_for_code(ProblemOut, code, ["application/json"], direction)
        return {**body, "description": str(PROBLEMS[code])}


class TokenScheme(OpenApiAuthenticationExtension):
    """The store token as a bearer token."""

    target_class = "apps.orders.api.authentication.StoreTokenAuthentication"
    name = "storeToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """How to send it."""
        said = _("A token of one store; it acts in the name of the user for whom it was made.")
        return {"type": "http", "scheme": "bearer", "description": str(said)}


class StrictShape(OpenApiSerializerExtension):
    """Says that strict serializers take no other fields, and which fields need each other."""

    target_class = "apps.core.api.strict.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Direction) -> dict[str, Any]:
        """The usual schema, closed."""
        mapped: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**mapped, **self.target.together, "additionalProperties": False}
