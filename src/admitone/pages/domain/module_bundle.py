"""Join a JavaScript module with the modules that it imports: one request instead of one for each.

Over HTTP/1.1 a browser has six connections to a host, and a request on slow 4G takes 560 ms. The sources stay plain
modules that run unbundled in tests and tools; the server joins them when it starts (docs/decisions/0170).

The entry stays a module. Each import becomes a function that runs once, in the order of imports; a registry in the page
shares it between bundles, so a module with state (prices of a list, stream slots) exists once. Only the forms of
`import` and `export` that the sources use are understood; any other form raises `UnsupportedSyntax`.
"""

import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) (\w+))", re.MULTILINE)
_ADDRESS = re.compile(r'(\bimport\(|\bnew URL\()"(\.[^"]+)"')
_LEFT = re.compile(r"^(?:import|export)\b[^(].*", re.MULTILINE)
_REGISTRY = 'const modules = globalThis[Symbol.for("admitone.modules")] ??= new Map();\n'


class UnsupportedSyntax(Exception):
    """A module has an import or export that cannot be joined, imports a missing file, or imports itself."""


def bundle_module(sources: Mapping[str, str], entry: str, *, present: frozenset[str] = frozenset()) -> str:
    """Return the entry with everything that it imports. `present`: modules that an earlier bundle of the page has."""
    order = [path for path in import_order(sources, entry) if path not in present and path != entry]
    dependencies = "".join(_as_function(sources, path, entry) for path in order)
    body = _replace_addresses(_replace_imports(sources[entry], entry), entry, entry)
    has_imports = _IMPORT.search(sources[entry]) is not None
    return f"{_REGISTRY if has_imports else ''}{dependencies}{body}"


def import_order(sources: Mapping[str, str], entry: str) -> list[str]:
    """Return the paths of all modules that run for the entry: imported ones first, the entry last."""
    order: list[str] = []
    _visit(sources, entry, order, ())
    return order


def _visit(sources: Mapping[str, str], path: str, order: list[str], above: tuple[str, ...]) -> None:
    if path in above:
        raise UnsupportedSyntax(f"{path} imports itself by way of {', '.join(above)}")
    if path not in sources:
        raise UnsupportedSyntax(f"{above[-1] if above else 'a page'} imports {path}, which does not exist")
    for _, imported in _IMPORT.findall(sources[path]):
        target = _resolve(path, imported)
        if target not in order:
            _visit(sources, target, order, (*above, path))
    order.append(path)


def _as_function(sources: Mapping[str, str], path: str, entry: str) -> str:
    source = sources[path]
    names = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _replace_addresses(_replace_imports(source, path), path, entry))
    if left := _LEFT.search(body):
        raise UnsupportedSyntax(f"{path}: {left.group()}")
    made = f"(() => {{\n{body.rstrip()}\nreturn {{ {names} }};\n}})()"
    return f'if (!modules.has("{path}")) modules.set("{path}", {made});\n'


def _replace_imports(source: str, path: str) -> str:
    def as_constants(found: re.Match[str]) -> str:
        names, imported = found.groups()
        if names is None:
            return ""
        pairs = ", ".join(" ".join(name.split()).replace(" as ", ": ") for name in names.split(",") if name.strip())
        return f'const {{ {pairs} }} = modules.get("{_resolve(path, imported)}");\n'

    replaced = _IMPORT.sub(as_constants, source)
    if left := re.search(r"^import\b[^(].*", replaced, re.MULTILINE):
        raise UnsupportedSyntax(f"{path}: {left.group()}")
    return replaced


def _replace_addresses(source: str, path: str, entry: str) -> str:
    """Addresses are relative to the file that the browser loaded: that of the entry."""

    def relative(found: re.Match[str]) -> str:
        target = posixpath.relpath(_resolve(path, found.group(2)), posixpath.dirname(entry) or ".")
        return f'{found.group(1)}"{target if target.startswith(".") else f"./{target}"}"'

    return _ADDRESS.sub(relative, source)


def _resolve(path: str, imported: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), imported))
