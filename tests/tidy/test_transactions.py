"""No transaction waits for the one thread beside the event loop (`kit.off_loop`): its work comes before.

The thread takes one call after the other, and a large picture or plan occupies it for seconds: rows that are locked
meanwhile make buyers wait. Follows calls by name, from module to module; calls through an object are not seen. A thread
of its own waits for nothing else: the draw of a waiting list uses one while the list is locked, which fixes who is in
the draw.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.tidy.tree import ROOT

SOURCE = ROOT / "src"
IN_THE_THREAD = frozenset({"off_loop", "reserve_off_loop"})
Function = tuple[str, str]
"""(module, name)."""


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def trees() -> dict[str, ast.Module]:
    return {module_of(path): ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def names_of(module: str) -> dict[str, Function]:
    """Return what each plain name of a module calls: its own functions, and those that it imports."""
    names: dict[str, Function] = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    own = (node for node in trees()[module].body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef))
    return names | {node.name: (module, node.name) for node in own}


def calls_in(nodes: list[ast.stmt]) -> Iterator[str]:
    for call in (node for top in nodes for node in ast.walk(top) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name):
            yield call.func.id


def functions_that_wait() -> set[Function]:
    """Return the functions that call the thread, themselves or by others."""
    calls: dict[Function, set[Function]] = {}
    waiting: set[Function] = set()
    for module, tree in trees().items():
        names = names_of(module)
        for node in tree.body:
            if isinstance(node, ast.AsyncFunctionDef):
                called = set(calls_in(node.body))
                calls[(module, node.name)] = {names[name] for name in called if name in names}
                if called & IN_THE_THREAD:
                    waiting.add((module, node.name))
    while more := {function for function, called in calls.items() if function not in waiting and called & waiting}:
        waiting |= more
    return waiting


def faults() -> list[str]:
    waiting, found = functions_that_wait(), []
    for module, tree in trees().items():
        names = names_of(module)
        for block in (node for node in ast.walk(tree) if isinstance(node, ast.AsyncWith)):
            opened = " ".join(ast.unparse(item.context_expr) for item in block.items)
            if ".transaction()" not in opened:
                continue
            called = {name for name in calls_in(block.body) if name in IN_THE_THREAD or names.get(name) in waiting}
            found += [f"{module}:{block.lineno} calls {name}" for name in called]
    return sorted(found)


def test_no_transaction_waits_for_the_thread() -> None:
    assert faults() == []
