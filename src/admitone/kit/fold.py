"""Fold text so that typed words match written ones: case, accents, ligatures, punctuation.

Both sides of every comparison go through `fold_words`. Spellings that folding cannot unite (ü written as `ue`)
are indexed beside the first one (`all_spellings`): documents get more terms, queries do not.
"""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose (NFKD), as people type them without that key.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
        "ĸ": "k",
        "ſ": "s",
        # An apostrophe joins the letters around it (O'Brien, Margaret’s).
        "'": None,
        "’": None,
        "‘": None,
        "ʼ": None,
        "ʻ": None,
        "`": None,
        "´": None,
        # Arabic and Persian, as keyboards without these letters write them; hamza and vowel signs are `_ACCENTS`.
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ھ": "ه",
        "ہ": "ه",
        "ە": "ه",
        "ـ": None,
        # Hebrew: final letters, and the marks of abbreviations.
        "ך": "כ",
        "ם": "מ",
        "ן": "נ",
        "ף": "פ",
        "ץ": "צ",
        "׳": None,
        "״": None,
    }
)
_EXPANDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Ø": "oe", "Å": "aa"}
)
_CONTRACTED = re.compile(r"([aou])e|aa")
# Latin, Greek and Cyrillic; Hebrew points; Arabic vowel signs and hamza.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
_ACRONYM_DOT = re.compile(r"(?<=\b\w)\.(?=\w\b)")
# Scripts written without spaces: every character is a word, so that a part of a name finds the whole.
_UNSPACED = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+", re.UNICODE)
_SIGNS = re.compile(r"[-!?*+#$=~^]")
_BEFORE, _AFTER = r"(?<![^\s(\[\"])", r"(?![^\s,.;:)\]\"])"
# Signs are part of a short name (C++, F#, -M-) or the whole name (!!!); elsewhere they are punctuation.
_WITH_SIGNS = (
    rf"{_BEFORE}(?:(?P<sign>[!?*+#$=~^])(?P=sign)+|[^\W_]{{1,2}}(?:\+\+?|\#)|(?P<frame>[-*$!])[^\W_]{{1,3}}(?P=frame))"
    + _AFTER
)
_WORD_OR_SIGNS = re.compile(f"{_WITH_SIGNS}|{_WORD.pattern}", re.UNICODE)

WORD_LENGTH_MAX = 60
"""Longer words are cut: no name needs them, and automata over them are expensive."""


def fold_words(text: str) -> list[str]:
    """`"1. FC Köln – Saint-Étienne"` → `["1", "fc", "koln", "saint", "etienne"]`; `"C++"` → `["c++"]`."""
    plain = _plain(text)
    if _SIGNS.search(plain) is None:
        return [word[:WORD_LENGTH_MAX] for word in _WORD.findall(plain)]
    return [word.group()[:WORD_LENGTH_MAX] for word in _WORD_OR_SIGNS.finditer(plain)]


def _plain(text: str) -> str:
    plain = text.casefold().translate(_LETTERS)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    plain = unicodedata.normalize("NFKC", plain).casefold().translate(_LETTERS)
    return _ACRONYM_DOT.sub("", plain)


def fold(text: str) -> str:
    """The folded words with one space between them."""
    return " ".join(fold_words(text))


def all_spellings(text: str) -> tuple[str, ...]:
    """Return all folded spellings by which `text` can be found, the plain one first.

    `"Düsseldorf"` → `("dusseldorf", "duesseldorf")`; `"Duesseldorf"` → `("duesseldorf", "dusseldorf")`;
    `"Athletic"` → `("athletic", "atletic")`: most languages pronounce, and often write, th as t and ph as f.
    """
    plain = fold(text)
    if not plain:
        return ()
    expanded = fold(unicodedata.normalize("NFC", text).translate(_EXPANDED))
    contracted = _CONTRACTED.sub(lambda digraph: digraph.group(0)[0], plain)
    heard = plain.replace("th", "t").replace("ph", "f")
    found = dict.fromkeys((plain, expanded, contracted, heard))
    if _SIGNS.search(plain):
        found |= dict.fromkeys(" ".join(_WORD.findall(spelling)) for spelling in (*found,))
    return tuple(spelling for spelling in found if spelling)


spellings = lru_cache(maxsize=65_536)(all_spellings)
"""Cached `all_spellings`, for repeated names: all events of an organizer share a few names."""


def word_pair(word: str, next_one: str) -> str:
    """Return two neighbouring words as one term: `"new", "york"` → `"new york"`. No single word contains a space."""
    return f"{word} {next_one}"


def joined(folded: str) -> str:
    """Return a folded name as one word: `"sc paderborn 07"` → `"scpaderborn07"`."""
    return folded.replace(" ", "")
