"""A verb's refusal while a form is saved becomes an error on the form, with everything that was typed still there."""

from typing import Any

from django.http import HttpRequest

from apps.core.errors import DomainError


class RefusalMixin:
    """Forms whose saving calls a verb. The verb's writes are rolled back before the form is shown again."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Try; if the verb refuses, look at the same form once more as one with an error."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]  # a page's
        except DomainError as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # our own attribute
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]  # a page's

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, with the refusal in it if there was one."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]  # as above
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)


def _refused(form: Any, refusal: DomainError) -> Any:
    class Refused(form):  # type: ignore[misc]  # the class is made at run time
        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(None, str(refusal))
            return cleaned

    return Refused
