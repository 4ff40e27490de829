"""/problems explains every code that the program can answer with."""

import importlib
import pkgutil
from collections.abc import Iterator

import admitone
from admitone.kit.refusal import Refusal
from tests.http.pages.cast import House, open_pages


def _refusals(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in of.__subclasses__():
        yield one
        yield from _refusals(one)


def test_every_code_has_its_meaning() -> None:
    for module in pkgutil.walk_packages(admitone.__path__, "admitone."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    codes = {one.code for one in _refusals() if one.__module__.startswith("admitone.") and hasattr(one, "code")}
    with open_pages(House()) as pages:
        page = pages.get("/problems")
    assert len(codes) > 30
    assert [code for code in sorted(codes) if f'<div id="{code}">' not in page.text] == []
