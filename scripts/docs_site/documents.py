"""Adapt Markdown documents to the site: their links, their anchors, and lists for Python-Markdown.

Pure functions on text: the tests use them without mkdocs.
"""

import os.path
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

_FENCE = re.compile(r"^\s*(```|~~~)")
_LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s]+)(?=(?:\s+\"[^\"]*\")?\))")
_CODE = re.compile(r"(`+)[^`].*?\1")
_ITEM = re.compile(r"^(?P<marker>[-*+] |\d+[.)] )")
_HEADING = re.compile(r"^#{1,6} +(?P<words>.*?)(?: +#+)?$")
_EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_PYTHON_MARKDOWN_INDENT = 4


def prose_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (line, whether it is outside fenced code)."""
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
            yield line, False
        elif mark and mark[1] == fence:
            fence = ""
            yield line, False
        else:
            yield line, not fence


def link_targets(text: str) -> list[str]:
    """Return the targets of links and images, except addresses of other hosts, in order."""
    prose = "\n".join(_CODE.sub("", line) for line, is_prose in prose_lines(text) if is_prose)
    return [match["target"] for match in _LINK.finditer(prose) if not _EXTERNAL.match(match["target"])]


def resolve(document: str, target: str) -> tuple[str, str]:
    """Return (path from the root of the repository, anchor) of a link's target in `document`, both without `#`."""
    place, _, anchor = target.partition("#")
    if not place:
        return document, anchor
    joined = os.path.normpath((PurePosixPath(document).parent / place).as_posix())
    return joined + ("/" if place.endswith("/") else ""), anchor


def rewrite_links(text: str, rewrite: Callable[[str], str]) -> str:
    """Replace the targets of links, except addresses of other hosts."""

    def of_link(match: re.Match[str]) -> str:
        target = match["target"]
        return target if _EXTERNAL.match(target) else rewrite(target)

    def of_line(line: str) -> str:
        parts, at = [], 0
        for code in _CODE.finditer(line):
            # A link's text may be code: only links inside code stay.
            parts += [_LINK.sub(of_link, line[at : code.start()]), code.group()]
            at = code.end()
        # The look-behind of a link after code needs the bracket, which is in this rest.
        return "".join([*parts, _LINK.sub(of_link, line[at:])])

    return "\n".join(of_line(line) if is_prose else line for line, is_prose in prose_lines(text))


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as repository hosts and the site generate them."""
    found: set[str] = set()
    for line, is_prose in prose_lines(text):
        if is_prose and (heading := _HEADING.match(line)):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["words"])
            found.add(_slug(words))
    return found


def _slug(words: str) -> str:
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")


def title_of(text: str) -> str:
    """Return the text of the first heading."""
    headings = (_HEADING.match(line) for line, is_prose in prose_lines(text) if is_prose)
    return next(heading["words"] for heading in headings if heading)


def separate_lists(text: str) -> str:
    """Return the text with lists in Python-Markdown's syntax: after a blank line, nested by four spaces.

    CommonMark, the syntax of the documents, requires neither.
    """
    lines: list[str] = []
    indent = 0
    """Columns to the text of the current list's items; 0 outside a list."""
    for line, is_prose in prose_lines(text):
        item = _ITEM.match(line) if is_prose else None
        if item:
            if not indent and lines and lines[-1].strip():
                lines.append("")
            indent = len(item["marker"])
        elif indent and line.startswith(" " * indent):
            line = " " * (_PYTHON_MARKDOWN_INDENT - indent) + line
        elif line.strip() and lines and not lines[-1].strip():
            indent = 0
        lines.append(line)
    return "\n".join(lines)


def fenced(text: str, language: str) -> str:
    """Return text as a code block."""
    fence = max((mark for mark in re.findall(r"`{3,}", text)), key=len, default="``") + "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"
