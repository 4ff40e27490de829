"""/problems explains every problem code that the product uses."""

import importlib
import pkgutil
from collections.abc import Iterator

import admitone
from admitone.kit.refusal import Refusal
from tests.http.pages.fixtures import Env, open_pages


def _refusals(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for subclass in of.__subclasses__():
        yield subclass
        yield from _refusals(subclass)


def test_every_code_has_its_meaning() -> None:
    for module in pkgutil.walk_packages(admitone.__path__, "admitone."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    codes = {
        refusal.code
        for refusal in _refusals()
        if refusal.__module__.startswith("admitone.") and hasattr(refusal, "code")
    }
    with open_pages(Env()) as pages:
        page = pages.get("/problems")
    assert len(codes) > 30
    assert [code for code in sorted(codes) if f'<div id="{code}">' not in page.text] == []
