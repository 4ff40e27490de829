"""Style rules that a test can check. Each list of exceptions gives its reason; stale exceptions fail."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from admitone.kit.sql import split_statements
from tests.tidy.tree import PACKAGE, PARTS, ROOT, SLICES, matches, modules, name_of, short, texts, tracked

# One worker parses the package, once.
pytestmark = pytest.mark.xdist_group("style")

LINES_MAX, FUNCTION_LINES_MAX = 400, 70
USE_CASE_LINES_MAX = 300
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "service", "misc"})
CODE = (PACKAGE, ROOT / "tests", ROOT / "scripts", ROOT / "bench")

# Read where a child process or a test run is set up, never by the product while it serves.
READS_THE_ENVIRONMENT = {
    "src/admitone/kit/crash_points.py": "names the point where a test makes the process die; inert elsewhere",
}

# Clocks that decide nothing about bookings or money.
READS_A_CLOCK: dict[str, str] = {}
EXCEPTIONS = [*READS_THE_ENVIRONMENT, *READS_A_CLOCK]

# A slice's statements read no tables of other slices; the simulated processor is payments' outside company.
SCHEMAS = {name: {name} for name in SLICES} | {
    "payments": {"payments", "simulated_processor"},
    "testing": {"simulated_processor"},
}

OUTER_PACKAGES = {"cli", "demo", "embedded", "runtime", "testing"}

# In parts, so that this file does not find itself.
INDEXES = re.compile("|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "index" + "-url", "proxy" + r"\.golang"]))
MACHINE_PATHS = re.compile(
    "|".join(["/" + "work/", "/" + "tmp/dev", "/" + "tmp/venv", "/" + r"root/\.", "/" + "home/[a-z]"])
)


def test_these_tests_read_every_kind_of_file() -> None:
    """A rule over no files always passes."""
    read = {path.suffix for path, _ in texts()}

    assert read >= {".py", ".sql", ".lua", ".md", ".js", ".css", ".html", ".conf"}


def test_no_file_is_too_long() -> None:
    long = [
        f"{name_of(path)}: {len(text.splitlines())} lines"
        for path, text in texts()
        if path.suffix in {".py", ".sql", ".lua", ".go", ".js", ".css"} and len(text.splitlines()) > LINES_MAX
    ]

    assert long == [], short(long)


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {length} lines"
        for path, module in modules(*CODE)
        for node in ast.walk(module)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]

    assert long == [], short(long)


def test_servers_in_a_test_leave_no_connection_open() -> None:
    """An open connection becomes a warning, thus a failure, in whatever test the garbage collector runs next."""
    own_process = {"tests/socket_servers.py", "tests/races/faults/postgres_proxy.py"}
    open_ended = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in modules(ROOT / "tests", naming=("start_server", "start_unix_server"))
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"start_server", "start_unix_server"}
        if name_of(path) not in own_process
    ]

    assert open_ended == [], f"use tests/socket_servers.py: {short(open_ended)}"


def test_no_module_has_a_catch_all_name() -> None:
    drawers = [
        name_of(path)
        for path in tracked()
        if path.suffix in {".py", ".js", ".sql", ".lua"} and DRAWERS & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]

    assert drawers == [], short(drawers)


def test_every_statement_and_script_has_a_header() -> None:
    silent = [
        f"{name_of(path)}: {name}"
        for path, text in texts()
        if path.suffix in {".sql", ".lua"} and path.is_relative_to(PACKAGE)
        for name, statement in parts_of(path, text)
        if not statement.startswith("--")
    ]

    assert silent == [], short(silent)


def parts_of(path: Path, text: str) -> list[tuple[str, str]]:
    """Return the named statements of a file in a folder `sql`; a script or a migration is one part, its file."""
    return split_statements(text) if path.parent.name == "sql" else [(path.stem, text)]


def test_every_statement_and_script_is_used() -> None:
    code = {name: "".join(text for path, text in texts() if PACKAGE / name in path.parents) for name in PARTS}
    idle = [
        f"{name_of(path)}: {name}"
        for path, text in texts()
        if path.parent.name in {"sql", "lua"} and path.is_relative_to(PACKAGE)
        for name, _ in parts_of(path, text)
        if f'"{name}"' not in code[path.relative_to(PACKAGE).parts[0]]
    ]

    assert idle == [], short(idle)


def test_every_module_has_a_docstring() -> None:
    silent = [name_of(path) for path, module in package_modules() if module.body and ast.get_docstring(module) is None]

    assert silent == [], short(silent)


def test_only_the_outer_packages_read_the_environment() -> None:
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in modules(PACKAGE, naming=("environ", "getenv"))
        if path.relative_to(PACKAGE).parts[0] not in OUTER_PACKAGES and name_of(path) not in READS_THE_ENVIRONMENT
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]

    assert readers == [], short(readers)


def test_rules_and_use_cases_get_the_time_as_an_argument() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "time_ns")}
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in modules(PACKAGE, naming=[attribute for _, attribute in clocks])
        if {"domain", "usecases", "sale"} & set(path.parts) and name_of(path) not in READS_A_CLOCK
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, (ast.Name, ast.Attribute))
        and (getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr) in clocks
    ]

    assert readers == [], short(readers)


def test_no_slice_reads_another_slices_tables() -> None:
    trespassers = []
    for path, text in texts():
        if path.suffix != ".sql" or not path.is_relative_to(PACKAGE):
            continue
        own = SCHEMAS.get(path.relative_to(PACKAGE).parts[0], set())
        statement = re.sub(r"--[^\n]*", "", text)
        others = set().union(*SCHEMAS.values()) - own
        trespassers += [
            f"{name_of(path)}: {schema}"
            for schema in others
            if re.search(rf"\b(from|join|into|update|table|on|references)\s+(only\s+)?{schema}\.", statement, re.I)
        ]

    assert trespassers == [], short(trespassers)


def test_files_of_use_cases_are_entry_points_and_steps_have_a_package() -> None:
    """Files in `usecases/` are called from other packages; steps, in `usecases/<use case>/`, by use cases only."""
    misplaced = []
    for path in use_case_files():
        folder = next(parent for parent in path.parents if parent.name == "usecases")
        is_called = any(folder not in importer.parents for importer in importers(path))
        is_step = path.parent != folder
        if is_called is is_step:
            misplaced.append(f"{in_package(path)}: {'a step called from outside' if is_step else 'only a step'}")

    assert misplaced == [], short(misplaced)


def test_a_use_case_has_its_files_name_or_shares_the_file_with_its_capability() -> None:
    """A file with one public function has its name; a file with several holds the short use cases of one capability."""
    misnamed = [
        f"{in_package(path)}: {public[0].name}"
        for path in use_case_files()
        if len(public := [function for function in functions(path) if not function.name.startswith("_")]) == 1
        and path.parent.name == "usecases"
        and public[0].name != path.stem
    ]

    assert misnamed == [], short(misnamed)


def test_no_file_of_use_cases_only_forwards_a_call() -> None:
    idle = [
        in_package(path)
        for path in use_case_files()
        if len(found := functions(path)) == 1 and is_one_statement(found[0])
    ]

    assert idle == [], short(idle)


def test_no_file_of_use_cases_is_too_long() -> None:
    long = [
        f"{in_package(path)}: {lines} lines"
        for path in use_case_files()
        if (lines := len(path.read_text("utf-8").splitlines())) > USE_CASE_LINES_MAX
    ]

    assert long == [], short(long)


def use_case_files() -> list[Path]:
    """Return the files of use cases or steps, without wiring."""
    return [
        path
        for path, _ in package_modules()
        if "usecases" in path.relative_to(PACKAGE).parts and path.stem != "__init__" and not path.stem.endswith("deps")
    ]


@cache
def package_modules() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(modules(PACKAGE))


@cache
def all_importers() -> dict[str, set[Path]]:
    """Return module → the files of the package that import from it."""
    found: dict[str, set[Path]] = {}
    for path, module in package_modules():
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module:
                for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                    found.setdefault(name, set()).add(path)
    return found


def importers(path: Path) -> set[Path]:
    return all_importers().get(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts), set())


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    module = dict(package_modules())[path]
    return [node for node in module.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def is_one_statement(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether the function has one statement, apart from opening a connection."""
    body = [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    while len(body) == 1 and isinstance(body[0], (ast.With, ast.AsyncWith)):
        body = body[0].body
    return len(body) == 1


def in_package(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_each_sql_file_has_a_store_module_that_runs_its_statements() -> None:
    strays = [
        f"{name_of(path)}: {name}"
        for path, text in texts()
        if path.suffix == ".sql" and path.parent.name == "sql" and path.parent.parent.name == "store"
        for module in (path.parent.parent / f"{path.stem}.py",)
        for name, _ in split_statements(text)
        if not module.exists() or f'"{name}"' not in module.read_text("utf-8") + text  # a part is included by others
    ]

    assert strays == [], short(strays)


def test_no_exception_outlives_its_reason() -> None:
    listed = [
        *(name.removeprefix("src/admitone/") for name in EXCEPTIONS),
    ]
    gone = [file for file in listed if not (PACKAGE / file).exists()]

    assert gone == [], short(gone)


def test_no_address_of_an_index_and_no_path_of_a_machine() -> None:
    found = [
        f"{name_of(path)}:{number} {match.group()}"
        for path, text in texts()
        for pattern in (INDEXES, MACHINE_PATHS)
        for number, match in matches(pattern, text)
    ]

    assert found == [], short(found)


def test_no_code_has_a_marker_for_later() -> None:
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]))
    found = [
        f"{name_of(path)}:{number}"
        for path, text in texts()
        if path.suffix in {".py", ".sql", ".lua", ".js", ".css", ".html"}
        for number, _ in matches(marks, text)
    ]

    assert found == [], short(found)


def test_every_folder_of_tests_is_a_package() -> None:
    """Without `__init__.py` in a folder of tests, two files of one name shadow each other."""
    folders = {path.parent for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")}
    missing = [name_of(folder) for folder in folders if not (Path(folder) / "__init__.py").exists()]

    assert missing == [], short(missing)


def test_no_test_measures_how_long_an_example_takes() -> None:
    """On a busy machine a deadline fails a test that is right: `tests/conftest.py` switches all of them off."""
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path, module in modules(ROOT / "tests", naming=("deadline=",))
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "settings"
        if any(word.arg == "deadline" for word in call.keywords)
    ]

    assert (found, settings().deadline) == ([], None), short(found)
