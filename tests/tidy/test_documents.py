"""The names in documents exist: files, settings, metrics, benchmarks."""

import re
from collections.abc import Iterator
from functools import cache

from tests.tidy.tree import ROOT, name_of, texts, tracked

_BRACES = re.compile(r"([\w./-]*)\{([\w./-]+(?:,[\w./-]+)+)\}(\.\w+)")
_FILE = re.compile(r"(?<![\w./}-])[\w./-]+\.(?:py|sql|lua|conf|toml)\b")
_NAME = re.compile(r"\b(?:admitone|ADMITONE)_\w+")
_BENCHMARK = re.compile(r"\./run bench (\w+)")


def quoted() -> Iterator[tuple[str, str]]:
    """Yield (document, text between backticks) for every document."""
    for path, text in texts():
        if path.suffix == ".md":
            yield from ((name_of(path), spelled_out(words)) for words in re.findall(r"`([^`\n]+)`", text))


def spelled_out(words: str) -> str:
    """`a/{b,c}.py` as `a/b.py a/c.py`."""
    return _BRACES.sub(lambda match: " ".join(f"{match[1]}{part}{match[3]}" for part in match[2].split(",")), words)


@cache
def program() -> str:
    return "\n".join(text for path, text in texts() if path.suffix != ".md")


def test_files_that_documents_name_exist() -> None:
    kept = [f"/{name_of(path)}" for path in tracked()]
    gone = [
        f"{document}: {file}"
        for document, words in quoted()
        for file in _FILE.findall(words)
        if not any(path.endswith(f"/{file.lstrip('./')}") for path in kept)
    ]

    assert gone == []


def test_settings_and_metrics_that_documents_name_exist() -> None:
    # The Prometheus client adds `_total` to the name of a counter. The changelog also names what is gone.
    gone = [
        f"{document}: {name}"
        for document, words in quoted()
        if document != "CHANGELOG.md"
        for name in _NAME.findall(words)
        if name.removesuffix("_total") not in program()
    ]

    assert gone == []


def test_benchmarks_that_documents_name_exist() -> None:
    named = {
        (name_of(path), name) for path, text in texts() if path.suffix == ".md" for name in _BENCHMARK.findall(text)
    }

    assert named
    assert [pair for pair in sorted(named) if not (ROOT / "bench" / f"{pair[1]}.py").exists()] == []
