"""The README's pictures: each is taken by the command, kept in its folder, and shown."""

import re

from django.conf import settings

from tools.screenshots import PICTURES

IMAGES = settings.BASE_DIR / "docs" / "images"
README = settings.BASE_DIR / "README.md"


def test_every_picture_is_taken_by_the_command_kept_and_shown() -> None:
    shown = set(re.findall(r"docs/images/([a-z-]+)\.png", README.read_text(encoding="utf-8")))

    assert {path.stem for path in IMAGES.glob("*.png")} == set(PICTURES) == shown
