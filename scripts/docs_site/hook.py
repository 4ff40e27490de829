"""mkdocs hook: build the site from the documents as they are in the repository.

`README.md` is the home page. Other files outside `docs/` that documents link to become pages below `repository/`, so
that the site needs no repository host. Each folder of `docs/` has a page that lists its pages. The build fails if a
built page would load something from another host.
"""

import os.path
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from scripts.docs_site.documents import fenced, link_targets, resolve, rewrite_links, separate_lists, title_of
from scripts.docs_site.external import loads_of_page, loads_of_style

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs/"
HOME = "README.md"
OTHERS = "repository/"
ALWAYS = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Files outside docs/ that are in the navigation, whether a document links to them or not."""
LANGUAGES = {".py": "python", ".sql": "sql", ".toml": "toml", ".yml": "yaml", ".json": "json", ".sh": "bash"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Expand `FOLDER/*` of the navigation to the list of the folder's pages and the pages."""
    config.nav = [_expand(entry) for entry in config.nav or []]
    return config


def _expand(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    [(title, value)] = entry.items()
    if not (isinstance(value, str) and value.endswith("/*")):
        return entry
    folder = value.removesuffix("/*")
    pages = sorted(path.name for path in (ROOT / DOCS / folder).glob("*.md") if path.stem != "template")
    return {title: [f"{folder}/index.md", *(f"{folder}/{name}" for name in pages)]}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the home page, a list of each folder's pages, and files outside docs/ that documents link to."""
    texts = {DOCS + file.src_uri: file.content_string for file in files.documentation_pages()}
    texts |= {name: (ROOT / name).read_text("utf-8") for name in (HOME, *ALWAYS)}
    todo = list(texts)
    while todo:
        document = todo.pop()
        for target in link_targets(texts[document]):
            path, _ = resolve(document, target)
            if path in texts or path.startswith(DOCS) or not (ROOT / path).is_file():
                continue
            texts[path] = (ROOT / path).read_text("utf-8")
            if path.endswith(".md"):
                todo.append(path)
    for path, text in texts.items():
        if not path.startswith(DOCS):
            files.append(File.generated(config, _place(path), content=_as_page(path, text)))
    for folder in sorted({file.src_uri.rpartition("/")[0] for file in files.documentation_pages()} - {""}):
        if not folder.startswith(OTHERS.rstrip("/")):
            files.append(File.generated(config, f"{folder}/index.md", content=_folder_page(folder, config.nav)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    del config, files
    document = _document(page.file.src_uri)
    here = PurePosixPath(page.file.src_uri).parent.as_posix()

    def rewrite(target: str) -> str:
        path, anchor = resolve(document, target)
        there = os.path.relpath(_place(path), here)
        return there + (f"#{anchor}" if anchor else "")

    return separate_lists(rewrite_links(markdown, rewrite) if document.endswith(".md") else markdown)


def on_post_build(config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    found = [
        f"{path.relative_to(site)}: {address}"
        for loads, suffix in ((loads_of_page, "*.html"), (loads_of_style, "*.css"))
        for path in sorted(site.rglob(suffix))
        for address in loads(path.read_text("utf-8"))
    ]
    if found:
        raise PluginError("Built pages load from other hosts:\n" + "\n".join(found))


def _place(path: str) -> str:
    """Return the site's path of a file of the repository, as mkdocs names sources."""
    if path == HOME:
        return "index.md"
    if path.startswith(DOCS):
        inside = path.removeprefix(DOCS)
        return f"{inside.rstrip('/')}/index.md" if (ROOT / path).is_dir() else inside
    return OTHERS + path if path.endswith(".md") else f"{OTHERS}{path}.md"


def _document(place: str) -> str:
    """Return the file of the repository that a page of the site shows: the inverse of `_place`."""
    if place == "index.md":
        return HOME
    if not place.startswith(OTHERS):
        return DOCS + place
    path = place.removeprefix(OTHERS)
    return path if (ROOT / path).is_file() else path.removesuffix(".md")


def _as_page(path: str, text: str) -> str:
    if path.endswith(".md"):
        return text
    return f"# {path}\n\n{fenced(text, LANGUAGES.get(Path(path).suffix, 'text'))}"


def _folder_page(folder: str, navigation: Any) -> str:
    """Return a page that lists the folder's pages in the order of the navigation."""
    pages = [page.removeprefix(f"{folder}/") for page in _pages_of(navigation) if page.startswith(f"{folder}/")]
    texts = {page: ROOT / DOCS / folder / page for page in pages if page != "index.md"}
    links = [f"- [{title_of(path.read_text('utf-8'))}]({page})" for page, path in texts.items() if path.is_file()]
    return "\n".join([f"# {folder.replace('-', ' ').capitalize()}", "", *links, ""])


def _pages_of(navigation: Any) -> Iterator[str]:
    """Yield the pages that a navigation names, in its order."""
    if isinstance(navigation, str):
        yield navigation
        return
    for entry in navigation.values() if isinstance(navigation, dict) else navigation:
        yield from _pages_of(entry)
