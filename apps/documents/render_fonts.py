"""How a font goes into a paper: only the letters that it uses, under the numbers that it uses them by.

Loaded by `render_worker.py`, so it imports nothing of the project. The layout library keeps the place of every letter
that a font has: thirty thousand empty places a paper, cut out, packed and stored each time. And a Chinese font numbers
its letters apart from their places, which the library does not say in the paper: viewers that go by these numbers drew
other letters or none.

Here the font's own numbers are made its places, once a process; after that places may be left out, and every viewer
finds each letter.
"""

import io
import struct
from functools import partial
from typing import Any

import pydyf
from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

ffi.cdef("""
    hb_blob_t * hb_blob_create (const char *data, unsigned int length, int mode, void *user_data, void *destroy);
    hb_face_t * hb_face_create (hb_blob_t *blob, unsigned int index);
""")
COPIED = 0
# What only a text that runs downwards, or is still to be shaped, asks of a font.
DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
# A list of letters in the CFF format: one run of numbers from 1 on.
ONE_RUN, FIRST_LETTER = 2, 1

_library_way = Font._harfbuzz_subset
_kept: dict[int, tuple[Any, Any]] = {}


def install() -> None:
    """From now on papers carry small fonts."""
    Font._harfbuzz_subset = _carried


def bare(_document: Any, pdf: Any) -> None:
    """Finish a paper: fonts whose letters have numbers stand in it without the wrapping that makes viewers overlook them."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.extra.get("Subtype") == "/OpenType":
            thing.stream = [_letters_of(thing.stream[0])]
            thing.extra["Subtype"] = "/CIDFontType0C"
        elif isinstance(thing, pydyf.Dictionary) and thing.get("Subtype") == "/CIDFontType0":
            thing.pop("CIDToGIDMap", None)


def _letters_of(content: bytes) -> bytes:
    tables = TTFont(io.BytesIO(content), lazy=True).reader
    return bytes(tables["CFF "])


def _carried(font: Any, letters: dict[int, str], hinting: bool) -> None:
    """In place of the library's own way: leave `font.file_content` as small as the paper allows."""
    face = _numbered_by_place(font)
    if face is None:
        _library_way(font, letters, hinting)
        return
    content = _cut(face, sorted(letters), with_missing=bool(font.missing))
    if not content:
        raise ValueError("the font could not be cut")
    font.file_content = content


def _numbered_by_place(font: Any) -> Any:
    """The font with places for numbers; None for one that has no numbers of its own. Made once for each font."""
    key = int(ffi.cast("uintptr_t", font.hb_face))
    if key not in _kept:
        content = _renumbered(font.file_content)
        # The font itself is held too: its address is the key.
        _kept[key] = (font.hb_face, None if content is None else _face(content))
    return _kept[key][1]


def _renumbered(content: bytes) -> bytes | None:
    """The same file with its list of numbers, which is never shorter, written over by the run of all places."""
    if content[:4] != b"OTTO":
        return None
    file = TTFont(io.BytesIO(content), lazy=True)
    head = file["CFF "].cff.topDictIndex[0].rawDict
    letters = file["maxp"].numGlyphs
    if "ROS" not in head or letters <= FIRST_LETTER + 1:
        return None
    run = struct.pack(">BHH", ONE_RUN, FIRST_LETTER, letters - 1 - FIRST_LETTER)
    start = file.reader.tables["CFF "].offset + head["charset"]
    return content[:start] + run + content[start + len(run) :]


def _face(content: bytes) -> Any:
    blob = harfbuzz.hb_blob_create(content, len(content), COPIED, ffi.NULL, ffi.NULL)
    face = ffi.gc(harfbuzz.hb_face_create(blob, 0), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    return face


def _cut(face: Any, letters: list[int], *, with_missing: bool) -> bytes:
    """A font of these letters alone; with_missing: and of the box that stands for letters that it has not."""
    wish = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    _add(harfbuzz_subset.hb_subset_input_glyph_set(wish), letters)
    tables = partial(harfbuzz_subset.hb_subset_input_set, wish)
    tags = sorted(harfbuzz.hb_tag_from_string(name.encode(), -1) for name in DROPPED)
    _add(tables(harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG), tags)
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    if with_missing:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE
    harfbuzz_subset.hb_subset_input_set_flags(wish, flags)
    cut = harfbuzz_subset.hb_subset_or_fail(face, wish)
    return b"" if cut == ffi.NULL else _content(ffi.gc(cut, harfbuzz.hb_face_destroy))


def _add(numbers: Any, members: list[int]) -> None:
    harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[]", members), len(members))


def _content(face: Any) -> bytes:
    blob = ffi.gc(harfbuzz.hb_face_reference_blob(face), harfbuzz.hb_blob_destroy)
    length = ffi.new("unsigned int *")
    return bytes(ffi.buffer(harfbuzz.hb_blob_get_data(blob, length), length[0]))
