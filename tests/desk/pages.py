"""What a page of the desk says."""

import re
from typing import Any


def text_of(answer: Any) -> str:
    """The page as text, blanks folded."""
    return re.sub(r"\s+", " ", answer.content.decode())
