"""Checks of JavaScript that the linter lacks: undefined names, and files that it does not read."""

import json
import re
from pathlib import Path

from tests.javascript import run_deno
from tests.tidy.tree import name_of, tracked

# The linter knows Deno's globals, most of which browsers have too; these exist only in browsers.
BROWSER_GLOBALS = frozenset(
    {
        "DOMParser",
        "HTMLElement",
        "Image",
        "IntersectionObserver",
        "MutationObserver",
        "ResizeObserver",
        "cancelAnimationFrame",
        "customElements",
        "devicePixelRatio",
        "document",
        "getComputedStyle",
        "history",
        "isSecureContext",
        "matchMedia",
        "print",
        "requestAnimationFrame",
        "scrollTo",
    }
)
NAMED_ONE = re.compile(r"\b(?:const|let) one\b|[(,] ?one(?= ?[,)=])|\bone =>")


def scripts() -> list[Path]:
    return [path for path in tracked() if path.suffix in {".js", ".mjs"}]


def test_the_linter_and_the_formatter_read_every_file() -> None:
    """Deno reads files that git does not ignore, by the patterns in deno.json."""
    styles = [path for path in tracked() if path.suffix == ".css"]

    assert f"Checked {len(scripts())} files" in run_deno("lint").stderr
    assert f"Checked {len(scripts()) + len(styles)} files" in run_deno("fmt", "--check").stderr


def test_every_name_is_defined_or_imported() -> None:
    """`no-undef` is not among the linter's rules in deno.json, because it takes no list of globals."""
    report = json.loads(run_deno("lint", "--json", "--rules-tags=", "--rules-include=no-undef").stdout)
    undefined = [
        f"{found['filename'].rpartition('/')[2]}:{found['range']['start']['line']}: {found['message']}"
        for found in report["diagnostics"]
        if found["code"] == "no-undef" and found["message"].split()[0] not in BROWSER_GLOBALS
    ]

    assert undefined == []


def test_variables_are_named_for_what_they_hold() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in scripts()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if NAMED_ONE.search(line)
    ]

    assert found == []
