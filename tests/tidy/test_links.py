"""Links between documents, and the navigation of the documentation site, lead to existing files and headings."""

import re
from functools import cache
from pathlib import Path

from scripts.docs_site.documents import anchors, link_targets, resolve

from tests.tidy.tree import ROOT, name_of, texts, tracked

_NAVIGATION = re.compile(r"^\s*- (?:[\w ]+: )?(?P<place>[\w./-]+(?:\.md|/\*))$", re.MULTILINE)


@cache
def documents() -> dict[str, str]:
    return {name_of(path): text for path, text in texts() if path.suffix == ".md"}


@cache
def places() -> frozenset[str]:
    """Return the files that git tracks and their folders: ignored files exist on this machine only."""
    files = {name_of(path) for path in tracked()}
    folders = {folder.as_posix() for file in files for folder in Path(file).parents}
    return frozenset(files | folders | {f"{folder}/" for folder in folders})


def fault_of(document: str, target: str) -> str | None:
    place, anchor = resolve(document, target)
    if place not in places():
        return "no such file"
    if anchor and anchor not in anchors(documents().get(place, "")):
        return "no such heading"
    return None


def test_links_lead_to_files_and_headings() -> None:
    found = [(name, target) for name, text in documents().items() for target in link_targets(text)]
    broken = [f"{name}: {target}: {fault}" for name, target in found if (fault := fault_of(name, target))]

    assert len(found) > 100
    assert broken == []


def navigation() -> set[str]:
    """Return the pages in `nav` of mkdocs.yml; `FOLDER/*` means all pages of the folder."""
    _, _, listed = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")
    found = {match["place"] for match in _NAVIGATION.finditer(listed)}
    assert found
    return found


def test_every_page_is_in_the_navigation() -> None:
    listed = navigation()
    pages = {name.removeprefix("docs/") for name in documents() if name.startswith("docs/")}
    missing = {
        page for page in pages - listed - {"decisions/template.md"} if f"{page.rpartition('/')[0]}/*" not in listed
    }

    assert missing == set()


def test_the_navigation_names_pages_that_exist() -> None:
    made = {f"{page.rpartition('/')[0]}/index.md" for page in documents()} | {"index.md"}
    gone = [
        place
        for place in navigation()
        if f"docs/{place.removesuffix('/*')}" not in places()
        and place.removeprefix("repository/") not in places()
        and f"docs/{place}" not in made
        and place != "index.md"
    ]

    assert gone == []
