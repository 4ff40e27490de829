"""Joined scripts: imports run first and once, bundles of a page share modules, unknown syntax is an error."""

import re

import pytest

from admitone.pages.assets import LOADED_AFTER, STYLES, assets
from admitone.pages.domain.module_bundle import UnsupportedSyntax, bundle_module
from tests.javascript import run_deno

SOURCES = {
    "js/count.js": "let made = 0;\n\nexport function count() {\n  return made += 1;\n}\n",
    "js/name.js": (
        'import { count as next } from "./count.js";\n\nexport const name = `module ${next()}`;\n'
        "export class Empty {}\n"
    ),
    "page.js": (
        'import "./js/name.js";\nimport {\n  count,\n} from "./js/count.js";\nimport { name } from "./js/name.js";\n'
        "\nconsole.log(name, count());\n"
    ),
    "later.js": 'import { count } from "./js/count.js";\n\nconsole.log("later", count());\n',
}


def run(script: str) -> list[str]:
    answer = run_deno("run", "--ext=js", "--no-remote", "--no-npm", "--no-prompt", "-", stdin=script)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_imported_modules_run_first_and_once() -> None:
    assert run(bundle_module(SOURCES, "page.js")) == ["module 1 2"]


@pytest.mark.parametrize("present", [frozenset(), frozenset({"js/count.js"})], ids=["repeated", "left-out"])
def test_two_bundles_of_a_page_share_their_modules(present: frozenset[str]) -> None:
    later = bundle_module(SOURCES, "later.js", present=present)
    # Two bundles are two scopes.
    assert run("".join(f"{{\n{part}}}\n" for part in (bundle_module(SOURCES, "page.js"), later))) == [
        "module 1 2",
        "later 3",
    ]


def test_addresses_are_relative_to_the_file_that_is_loaded() -> None:
    sources = {
        "map/load.js": 'export const load = () => [import("./room.js"), new URL("./worker.js", import.meta.url)];\n',
        "event/page.js": 'import { load } from "../map/load.js";\nload();\nimport("./more.js");\n',
    }
    found = re.findall(r'"(\.[^"]+)"', bundle_module(sources, "event/page.js"))
    assert found == ["../map/room.js", "../map/worker.js", "./more.js"]


@pytest.mark.parametrize(
    "line",
    [
        'import all from "./js/count.js";',
        'import * as all from "./js/count.js";',
        'import { missing } from "./nowhere.js";',
        'import { a } from "./page.js";',
        "export default 1;",
        "export let changes = 1;",
        'export { count } from "./js/count.js";',
    ],
)
def test_what_cannot_be_joined_is_an_error(line: str) -> None:
    with pytest.raises(UnsupportedSyntax):
        bundle_module({**SOURCES, "a.js": f"{line}\n", "page.js": 'import { a } from "./a.js";\n'}, "page.js")


def test_every_served_script_can_be_parsed() -> None:
    scripts = {path: asset.body.decode() for path, asset in assets().items() if path.endswith(".js")}
    # `new Function` would refuse `import()` addresses; the formatter parses modules.
    for path, script in scripts.items():
        answer = run_deno("fmt", "--no-config", "--ext=js", "-", stdin=script)
        assert answer.returncode == 0, f"{path}: {answer.stderr}"


def test_a_script_that_is_loaded_later_repeats_nothing() -> None:
    for later, first in LOADED_AFTER.items():
        defined = [re.findall(rb'modules\.set\("([^"]+)"', assets()[path].body) for path in (first, later)]
        assert set(defined[0]) & set(defined[1]) == set()
        assert defined[1]


def test_joined_styles_keep_the_order_of_the_cascade() -> None:
    for path, parts in STYLES.items():
        assert assets()[path].body == b"".join(assets()[f"{part}.css"].body for part in parts)
