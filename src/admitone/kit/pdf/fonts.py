"""Font files for print: Source Sans Pro for Latin, Greek and Cyrillic; others for other scripts.

Chinese, Japanese and Korean come with the extra `cjk`; further scripts from the fonts of the machine. A character that
no font has is written in Latin letters (`Letters`).
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

STYLES = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Semibold.ttf", "black": "SourceSansPro-Black.ttf"}

_CJK_PACKAGE = "justmytype_intl_cjk"
_HIRAGANA_TO_KATAKANA = range(0x3040, 0x3100)
_HANGUL = range(0xAC00, 0xD7A4)
_REGULAR = 400.0
_UNPRINTED_TABLES = [int.from_bytes(tag, "big") for tag in (b"BASE", b"DSIG", b"gasp")]
"""For vertical text, signatures and screens. fpdf2 reads every table of a font for every document."""

# Where systems keep fonts, and which of them fill the gaps: the first one with the character is used.
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FALLBACKS = (
    *("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf"),
    *("NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansBengali-Regular.ttf"),
    *("NotoSansTamil-Regular.ttf", "NotoSansTelugu-Regular.ttf", "NotoSansGeorgian-Regular.ttf"),
    *("NotoSansArmenian-Regular.ttf", "NotoSansEthiopic-Regular.ttf", "NotoSansKhmer-Regular.ttf"),
    *("NotoSansSinhala-Regular.ttf", "NotoSansSymbols2-Regular.ttf", "NotoEmoji-Regular.ttf"),
)


def own_font(style: str) -> Path:
    return Path(str(files("font_source_sans_pro") / "files" / STYLES[style]))


def fonts_for(characters: Iterable[int]) -> dict[str, set[int]]:
    """Return font file → the code points that it draws; code points without a font are missing."""
    missing = set(characters) - covered(str(own_font("")))
    chosen: dict[str, set[int]] = {}
    for path in (*_cjk_fonts(missing), *_machine_fonts()) if missing else ():
        if found := missing & covered(path):
            chosen[path] = found
            missing -= found
    return chosen


def needs_glyph(character: str) -> bool:
    """Whether a character needs a glyph: spaces, controls and joiners do not."""
    return unicodedata.category(character)[0] not in "ZC"


def subset_font(path: str, characters: Iterable[int], target: Path) -> None:
    """Write a font with only these code points: a Chinese font has 30,000, and reading all of them takes seconds."""
    face = hb.Face(hb.Blob.from_file_path(path))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(characters)
    wanted.flags = hb.SubsetFlags.NO_HINTING
    wanted.drop_table_tag_set.update(_UNPRINTED_TABLES)
    if "wght" in {axis.tag for axis in face.axis_infos}:
        wanted.pin_axis_location(face, "wght", _REGULAR)
    target.write_bytes(hb.subset(face, wanted).blob.data)


@cache
def covered(path: str) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _cjk_fonts(characters: set[int]) -> list[str]:
    """One code point has a shape for each language: kana say that a text is Japanese, Hangul that it is Korean."""
    folder = _cjk_folder()
    if folder is None:
        return []
    order = ["SC", "TC", "JP", "KR"]
    for language, letters in (("KR", _HANGUL), ("JP", _HIRAGANA_TO_KATAKANA)):
        if any(character in letters for character in characters):
            order.remove(language)
            order.insert(0, language)
    paths = (folder / f"notosans{script.lower()}" / f"NotoSans{script}[wght].ttf" for script in order)
    return [str(path) for path in paths if path.exists()]


@cache
def _cjk_folder() -> Path | None:
    """Return the folder of the package's files; its code does not run."""
    found = find_spec(_CJK_PACKAGE)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "fonts" / "ofl"


@cache
def _machine_fonts() -> tuple[str, ...]:
    found = {path.name: str(path) for folder in _FOLDERS for path in Path(folder).rglob("*.tt[fc]")}
    return tuple(found[name] for name in _FALLBACKS if name in found)
