"""Refuse a page in one language: every message of the code has a Chinese text, not a guess, in Chinese signs."""

import io
import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

LOCALE = "zh_Hans"


class Command(BaseCommand):
    """`manage.py check_catalogues`; needs GNU gettext, as makemessages does."""

    help = "Fail when a message lacks its Chinese text, is fuzzy, is not extracted yet, or mixes in half-width signs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compare the catalogue with a fresh extraction. Raises CommandError with the messages that are wrong."""
        path = Path(settings.BASE_DIR) / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
        before = path.read_bytes()
        try:
            call_command("makemessages", locale=[LOCALE], no_obsolete=True, ignore_patterns=IGNORED, verbosity=0)
            fresh = _catalogue(path.read_bytes())
        finally:
            path.write_bytes(before)
        wrong = [*_untranslated(fresh), *_not_in(_catalogue(before), fresh), *half_width(fresh)]
        if wrong:
            raise CommandError("The Chinese catalogue is not whole:\n" + "\n".join(wrong))


# A comma, semicolon, colon, question or exclamation mark of the keyboard beside a Chinese character. Between digits, as
# in 14:00 or 2,000, they are part of the number.
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff)][,;:?!]|[,;:?!(][\u4e00-\u9fff]|[\u4e00-\u9fff]\(")

IGNORED = [".venv/*", "var/*", "tests/*", "static_root/*", "tools/*"]


def _catalogue(content: bytes) -> Catalog:
    return read_po(io.BytesIO(content))


def _untranslated(catalogue: Catalog) -> list[str]:
    missing = [
        m for m in catalogue if m.id and (m.fuzzy or not all(m.string if isinstance(m.string, tuple) else [m.string]))
    ]
    return [f"no text: {_first(m.id)}" for m in missing]


def _not_in(old: Catalog, fresh: Catalog) -> list[str]:
    known = {(m.context, _first(m.id)) for m in old if m.id}
    return [f"not extracted yet: {_first(m.id)}" for m in fresh if m.id and (m.context, _first(m.id)) not in known]


def half_width(catalogue: Catalog) -> list[str]:
    """The Chinese texts with signs of the Latin keyboard, as `已保存,请刷新` for `已保存，请刷新`."""
    return [
        f"half-width signs: {_chinese(m.string)}" for m in catalogue if m.id and _HALF_WIDTH.search(_chinese(m.string))
    ]


def _chinese(text: Any) -> str:
    return text[0] if isinstance(text, tuple) else str(text)


def _first(message_id: Any) -> str:
    return message_id[0] if isinstance(message_id, tuple) else str(message_id)
