"""What documents name is there: files, settings, metrics, benchmarks."""

import re
from collections.abc import Iterator
from functools import cache

from tests.tidy.tree import ROOT, name_of, texts, tracked

_FILE = re.compile(r"(?<![\w./}-])[\w./-]+\.(?:py|sql|lua|conf|toml)\b")
_NAME = re.compile(r"\b(?:admitone|ADMITONE)_\w+")
_BENCHMARK = re.compile(r"\./run bench (\w+)")


def quoted() -> Iterator[tuple[str, str]]:
    """(document, what stands between backticks) of every document."""
    for path, text in texts():
        if path.suffix == ".md":
            yield from ((name_of(path), words) for words in re.findall(r"`([^`\n]+)`", text))


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
    # The client of Prometheus adds `_total` to the name of a counter.
    gone = [
        f"{document}: {name}"
        for document, words in quoted()
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
