"""How the documentation site reads the documents."""

import pytest
from scripts.docs_site.documents import anchors, fenced, link_targets, resolve, rewrite_links, separate_lists, title_of
from scripts.docs_site.external import loads_of_page, loads_of_style

FENCED = "```\n[a](b.md)\n# no heading\n```\n"


def test_links_are_found_in_prose_and_not_in_code() -> None:
    text = f"{FENCED}[one](a.md) `[code](b.md)` ![two](c.svg) [`three`](d.md#part) [far](https://example.org/e.md)"

    assert link_targets(text) == ["a.md", "c.svg", "d.md#part"]


def test_links_in_prose_are_rewritten_and_code_stays() -> None:
    text = f"{FENCED}[`one`](a.md#b), `[x](a.md)`, [far](mailto:a@example.org)"

    assert rewrite_links(text, str.upper) == f"{FENCED}[`one`](A.MD#B), `[x](a.md)`, [far](mailto:a@example.org)"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("b.md", ("docs/how-to/b.md", "")),
        ("../b.md#part", ("docs/b.md", "part")),
        ("../../src/c.py", ("src/c.py", "")),
        ("../decisions/", ("docs/decisions/", "")),
        ("#part", ("docs/how-to/a.md", "part")),
    ],
)
def test_a_target_is_resolved_from_the_root(target: str, expected: tuple[str, str]) -> None:
    assert resolve("docs/how-to/a.md", target) == expected


def test_anchors_are_those_of_a_repository_host() -> None:
    text = f"{FENCED}# Rotate the secret\n## What it costs, in `ms`\n### See [the map](a.md) ##\n"

    assert anchors(text) == {"rotate-the-secret", "what-it-costs-in-ms", "see-the-map"}


def test_the_title_is_the_first_heading() -> None:
    assert title_of(f"{FENCED}words\n# Title\n## Part\n") == "Title"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("words\n- a\n- b\nend", "words\n\n- a\n- b\nend"),
        ("1. a\n   - b\n   - c\n\nend", "1. a\n    - b\n    - c\n\nend"),
        ("- a\n  more of a\n- b", "- a\n    more of a\n- b"),
        ("1. a\n\n   ```\n   - code\n   ```\n", "1. a\n\n    ```\n    - code\n    ```\n"),
        ("```\nwords\n- a\n```", "```\nwords\n- a\n```"),
        ("a - b\n-5 degrees", "a - b\n-5 degrees"),
    ],
)
def test_lists_are_written_for_python_markdown(text: str, expected: str) -> None:
    assert separate_lists(text) == expected


def test_a_code_block_may_contain_fences() -> None:
    assert fenced("a\n```\nb\n", "python") == "````python\na\n```\nb\n````\n"


@pytest.mark.parametrize(
    "html",
    [
        "<script src=https://example.org/a></script>",
        '<img alt="a" src="//example.org/a">',
        '<link rel="preconnect" href="https://example.org/a">',
        '<link href="https://example.org/a" rel="shortcut icon">',
        "<style>@import 'https://example.org/a';</style>",
    ],
)
def test_files_that_a_page_loads_from_another_host_are_found(html: str) -> None:
    assert [address.removeprefix("https:") for address in loads_of_page(html)] == ["//example.org/a"]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org">',
        '<link rel="canonical" href="https://example.org/a">',
        '<img src="a.svg"><script src="/b.js"></script>',
    ],
)
def test_links_and_own_files_load_nothing_from_another_host(html: str) -> None:
    assert loads_of_page(html) == []


def test_files_that_a_style_loads_from_another_host_are_found() -> None:
    css = "a { background: url(b.png) } @font-face { src: url('https://example.org/c') }"

    assert loads_of_style(css) == ["https://example.org/c"]
