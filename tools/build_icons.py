"""Build the icon sprite: only the icons that templates and Python name, from a folder of the lucide-static package.

    python tools/build_icons.py path/to/lucide-static/icons

Writes static/vendor/lucide-1.62.0/icons.svg. `used_icons` is shared with the test that every named icon is in it.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
SPRITE = ROOT / "static" / "vendor" / "lucide-1.62.0" / "icons.svg"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = ("path", "circle", "rect", "line", "polyline", "polygon", "ellipse")
IN_TEMPLATES = re.compile(r"""\bicon(?:=|\s+)["']([a-z0-9-]+)["']""")
IN_PYTHON = re.compile(r"""\bicon(?:=|\()["']([a-z0-9-]+)["']""")
ICON_TABLE = re.compile(r"""^ICON_OF\w*(?::[^=]+)? = \{(.*?)^\}""", re.MULTILINE | re.DOTALL)
TABLE_VALUE = re.compile(r""":\s*["']([a-z0-9-]+)["']""")


def used_icons(root: Path = ROOT) -> set[str]:
    """Every icon name in the templates and in the desk's Python: `icon("x")`, `icon="x"` and tables named ICON_OF…."""
    names: set[str] = set()
    for path in (root / "templates").rglob("*.html"):
        names.update(IN_TEMPLATES.findall(path.read_text(encoding="utf-8")))
    for path in (root / "apps").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        names.update(IN_PYTHON.findall(text))
        for table in ICON_TABLE.findall(text):
            names.update(TABLE_VALUE.findall(table))
    return names


def icons_in_sprite(sprite: Path = SPRITE) -> set[str]:
    """The names that the sprite holds."""
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite.read_text(encoding="utf-8")))


def symbol(name: str, source: Path) -> str:
    """One icon as a symbol: its shapes without the size, colour and stroke that the style sheet gives."""
    drawing = ElementTree.parse(source).getroot()  # noqa: S314 - a package that a developer has just installed
    shapes = []
    for shape in drawing:
        kind = shape.tag.removeprefix(SVG)
        if kind not in SHAPES:
            raise ValueError(f"{name}: unexpected element {kind}")
        attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items())
        shapes.append(f"<{kind}{attributes}/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


def build(folder: Path) -> str:
    """The whole sprite."""
    symbols = "\n".join(symbol(name, folder / f"{name}.svg") for name in sorted(used_icons()))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        "<!-- Lucide, ISC licence: see LICENSE beside this file. Made by tools/build_icons.py. -->\n"
        f"{symbols}\n</svg>\n"
    )


def main(arguments: list[str]) -> int:
    """Write the sprite."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(build(Path(arguments[0])), encoding="utf-8")
    sys.stdout.write(f"{len(icons_in_sprite())} icons, {SPRITE.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
