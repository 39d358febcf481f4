"""Long pasted lists of numbers: kept in the session under a short name, so that addresses stay short."""

from hashlib import blake2s

from django.http import HttpRequest

SESSION_KEY = "pasted"
LONGEST_IN_ADDRESS = 400
MOST_KEPT = 5


def pasted_texts(request: HttpRequest) -> dict[str, str]:
    """The long texts of this session by their short names."""
    kept: dict[str, str] = request.session.get(SESSION_KEY, {})
    return kept


def keep_pasted(request: HttpRequest, text: str) -> str:
    """What stands for a text in an address: itself when it is short, else a name; the last five are kept."""
    text = text.strip()
    if len(text) <= LONGEST_IN_ADDRESS:
        return text
    name = f"list-{blake2s(text.encode(), digest_size=5).hexdigest()}"
    others = {key: value for key, value in pasted_texts(request).items() if key != name}
    request.session[SESSION_KEY] = dict([*others.items(), (name, text)][-MOST_KEPT:])
    return name
