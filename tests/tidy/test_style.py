"""Style rules that a test can check. Each list of exceptions gives its reason; stale exceptions fail."""

import ast
import re
from pathlib import Path

from admitone.kit.sql import split_statements
from tests.tidy.tree import PACKAGE, PARTS, ROOT, SLICES, modules, name_of, texts, tracked

LINES_MAX, FUNCTION_LINES_MAX = 400, 70
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "service", "misc"})
CODE = (PACKAGE, ROOT / "tests", ROOT / "scripts", ROOT / "bench")

# Read where a child process or a test run is set up, never by the product while it serves.
READS_THE_ENVIRONMENT = {
    "src/admitone/kit/crash_points.py": "names the point where a test makes the process die; inert elsewhere",
}

# Clocks that decide nothing about bookings or money.
READS_A_CLOCK: dict[str, str] = {}
EXCEPTIONS = [*READS_THE_ENVIRONMENT, *READS_A_CLOCK]

# Modules with more than the one public function of the file's name, and why.
MORE_THAN_ITS_NAME = {
    "booking/usecases/count_available.py": "the pure half, available_by_section",
    "booking/usecases/finish_payment.py": "sell_booking, its second half, which the rounds call alone",
    "booking/usecases/apply_refund.py": "refund_id_of, the same id for a repeated order",
    "booking/usecases/resolve_payment.py": "the rounds that take payments over are read together",
    "booking/usecases/get_booking.py": "get_sold_ticket, the same question by ticket",
    "booking/usecases/publish_sale.py": "mark_sold, the same for a caller that needs the failure",
    "booking/usecases/start_checkout.py": "buyer_key, which confirm needs as well",
    "pages/usecases/hold_tickets.py": "hold_or_say_where, the same with the address to return to",
    "payments/usecases/complete_refund.py": "record_refund, its last step, which updates from the provider share",
    "payments/usecases/end_attempt.py": "how an attempt is created, and in which states it can be ended",
    "payments/usecases/sync_payment.py": "find_payment and sync_intent, its two steps, which reconciliation shares",
    "payments/usecases/apply_intent.py": "apply_update, the same without an intent",
    "search/usecases/discover_events.py": "discover_event, one event by its id",
    "search/usecases/discover_named.py": "discover_one, one object by its id",
    "search/usecases/report_absence.py": "ask_seldom, a wrapper of each role's request",
    "tickets/usecases/find_ticket.py": "read_sold, the same without the check of the caller",
    "waiting_room/usecases/enter_sale.py": "check_pass, the part without a lookup",
    "waiting_room/usecases/read_status.py": "read_queue, the record behind it",
    "waiting_room/usecases/serve_queues.py": "serve_queue, one queue",
}
NOT_A_USE_CASE = {
    "booking/usecases/choose_tickets.py": "lock_choice and seats_taken: steps of checkout",
    "live/usecases/subscriber.py": "one subscriber's connection; a class, because the feed writes to it as a protocol",
    "live/usecases/seat_feed.py": "one per process; a class, because it keeps its subscribers",
}

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


def short(found: list[str]) -> str:
    return "\n".join(["", *sorted(found)])


def test_these_tests_read_every_kind_of_file() -> None:
    """A rule over no files always passes."""
    read = {path.suffix for path, _ in texts()}

    assert read >= {".py", ".sql", ".lua", ".md", ".js", ".css", ".html", ".conf"}


def test_no_file_is_too_long() -> None:
    long = [
        f"{name_of(path)}: {len(text.splitlines())} lines"
        for path, text in texts()
        if path.suffix in {".py", ".sql", ".lua", ".js", ".css"} and len(text.splitlines()) > LINES_MAX
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
    silent = [name_of(path) for path, module in modules(PACKAGE) if module.body and ast.get_docstring(module) is None]

    assert silent == [], short(silent)


def test_only_the_outer_packages_read_the_environment() -> None:
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in modules(PACKAGE)
        if path.relative_to(PACKAGE).parts[0] not in OUTER_PACKAGES and name_of(path) not in READS_THE_ENVIRONMENT
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]

    assert readers == [], short(readers)


def test_rules_and_use_cases_get_the_time_as_an_argument() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "time_ns")}
    readers = [
        f"{name_of(path)}:{node.lineno}"
        for path, module in modules(PACKAGE)
        if {"domain", "usecases"} & set(path.parts) and name_of(path) not in READS_A_CLOCK
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


def test_a_use_case_is_one_public_function_of_its_files_name() -> None:
    others = []
    for path, module in modules(PACKAGE):
        file = path.relative_to(PACKAGE).as_posix()
        is_wiring = path.stem == "__init__" or path.stem.endswith("deps")
        if path.parent.name != "usecases" or is_wiring or file in NOT_A_USE_CASE:
            continue
        public = [
            node.name
            for node in module.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_")
        ]
        if path.stem not in public or (len(public) > 1 and file not in MORE_THAN_ITS_NAME):
            others.append(f"{file}: {', '.join(public) or 'none'}")

    assert others == [], short(others)


def test_no_exception_outlives_its_reason() -> None:
    listed = [*MORE_THAN_ITS_NAME, *NOT_A_USE_CASE, *(name.removeprefix("src/admitone/") for name in EXCEPTIONS)]
    gone = [file for file in listed if not (PACKAGE / file).exists()]

    assert gone == [], short(gone)


def test_no_address_of_an_index_and_no_path_of_a_machine() -> None:
    found = [
        f"{name_of(path)}:{number} {match.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        for pattern in (INDEXES, MACHINE_PATHS)
        if (match := pattern.search(line))
    ]

    assert found == [], short(found)


def test_no_code_has_a_marker_for_later() -> None:
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]))
    found = [
        f"{name_of(path)}:{number}"
        for path, text in texts()
        if path.suffix in {".py", ".sql", ".lua", ".js", ".css", ".html"}
        for number, line in enumerate(text.splitlines(), start=1)
        if marks.search(line)
    ]

    assert found == [], short(found)


def test_every_folder_of_tests_is_a_package() -> None:
    """Without `__init__.py` in a folder of tests, two files of one name shadow each other."""
    folders = {path.parent for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "tests")}
    missing = [name_of(folder) for folder in folders if not (Path(folder) / "__init__.py").exists()]

    assert missing == [], short(missing)
