"""A macro that formats for the reader is imported with the context, in which the reader is."""

from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from admitone.console.routes import rendering as console_rendering
from admitone.pages.routes import rendering as pages_rendering

ENVIRONMENTS = {"console": console_rendering._environment, "pages": pages_rendering._environment}


def parse(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, name)
    return environment.parse(source)


def reads_context(environment: Environment, name: str) -> bool:
    """Whether a filter of ours gets the context. Those of Jinja that get it can do without."""
    function = environment.filters[name]
    return hasattr(function, "jinja_pass_arg") and function.__module__.startswith("admitone.")


def macros_that_need_context(environment: Environment, name: str) -> set[str]:
    """Return the macros of a template that use a filter which reads the context, or a macro that does."""
    macros = {macro.name: macro for macro in parse(environment, name).find_all(nodes.Macro)}
    found = {
        called
        for called, macro in macros.items()
        if any(reads_context(environment, each.name) for each in macro.find_all(nodes.Filter))
    }
    while more := {
        caller
        for caller, macro in macros.items()
        if caller not in found and any(each.name in found for each in macro.find_all(nodes.Name))
    }:
        found |= more
    return found


def calls_without_context(environment: Environment) -> Iterator[str]:
    for name in environment.list_templates(extensions=["html"]):
        template = parse(environment, name)
        for imported in template.find_all(nodes.Import):
            if imported.with_context:
                continue
            assert isinstance(imported.template, nodes.Const)
            needing = macros_that_need_context(environment, imported.template.value)
            for used in template.find_all(nodes.Getattr):
                if isinstance(used.node, nodes.Name) and used.node.name == imported.target and used.attr in needing:
                    yield f"{name}: {imported.target}.{used.attr}"


@pytest.mark.parametrize("part", ENVIRONMENTS)
def test_macros_that_read_the_context_have_it(part: str) -> None:
    assert list(calls_without_context(ENVIRONMENTS[part])) == []
