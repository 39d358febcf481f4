"""The sidebar as one person sees it: the pages they may open, with the counts of their work."""

from hashlib import blake2s
from html import escape

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.desk.marks import icon, safe, short
from apps.desk.navigation.pages import SECTIONS, Item, Section
from apps.desk.navigation.under import STANDS_UNDER
from apps.desk.queries.counts import counts_of
from apps.org.actors import Actor

KEPT_SECONDS = 300
# The list with gaps for its counts, the names of the counts, and the pages with a letter.
Menu = tuple[str, list[str], list[tuple[str, str]]]


def items_for(by: Actor) -> list[Section]:
    """The sections with the items that this person may open; items whose page is not there yet are left out."""
    open_sections = (Section(section.label, tuple(i for i in section.items if _is_open(i, by))) for section in SECTIONS)
    return [section for section in open_sections if section.items]


def badges_of(by: Actor) -> list[str]:
    """The names of the counts that this person's sidebar shows."""
    return _skeleton(by)[1]


def jumps_of(by: Actor) -> list[tuple[str, str]]:
    """The pages that two keys open for this person: what they are called, and the letter after G."""
    return _skeleton(by)[2]


def sidebar_html(by: Actor, current: str) -> SafeString:
    """The sidebar's list. Links are kept per rights and language; the counts and the current page are new."""
    html, badges, _jumps = _skeleton(by)
    counts = counts_of(badges, by)
    for name, count in counts.items():
        html = html.replace(f"<!--{name}-->", short(count))
    page = STANDS_UNDER.get(current, current)
    return safe(html.replace(f'data-page="{page}"', 'aria-current="page"', 1))


def _is_open(item: Item, by: Actor) -> bool:
    return by.may(item.permission) and _exists(item.url_name)


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True


def _skeleton(by: Actor) -> Menu:
    rights = ",".join(sorted(by.user.get_all_permissions())) if by.user else ""
    print_ = blake2s(rights.encode(), digest_size=8).hexdigest()
    key = f"desk.menu.{get_language()}.{print_}"
    kept: Menu | None = cache.get(key)
    if kept is None:
        sections = items_for(by)
        badges = [i.badge for section in sections for i in section.items if i.badge and by.may(i.badge_for)]
        jumps = [(str(i.label), i.letter) for section in sections for i in section.items if i.letter]
        kept = ("".join(map(_section_html, sections)), badges, jumps)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _section_html(section: Section) -> str:
    heading = f"<h2>{escape(str(section.label))}</h2>" if section.label else ""
    return f"{heading}<ul>{''.join(map(_item_html, section.items))}</ul>"


def _item_html(item: Item) -> str:
    letter = f' data-go="{item.letter}"' if item.letter else ""
    tone = f' class="{item.tone}"' if item.tone else ""
    badge = f"<em{tone}><!--{item.badge}--></em>" if item.badge else ""
    return (
        f'<li><a href="{item.url}" data-page="{item.url_name}"{letter}>{icon(item.icon)}'
        f"<span>{escape(str(item.label))}</span>{badge}</a></li>"
    )
