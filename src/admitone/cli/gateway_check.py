"""`admitone gateway check`: test a configuration with the program that reads it, and explain why it would not start.

A gateway has a file of nginx and, with `gateway render --balancer-out`, one of HAProxy.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from admitone.cli.gateway_rendering import nginx_version
from admitone.embedded.binaries import find_nginx
from admitone.embedded.startup_error import StartupError

_SECONDS_MAX = 60
# Test the configuration as Debian's and nginx's own service start it: a `daemon` in the file would be a duplicate.
_SERVICE_DIRECTIVES = "daemon on; master_process on;"
_LINE = re.compile(
    r"^(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(?P<one>\w+)\] \d+#\d+: |nginx: \[(?P<other>\w+)\] )(?P<text>.*)$"
)
_HAPROXY_SECTION = re.compile(r"^(?:global|defaults|(?:frontend|backend|listen) \S+)\s*$", re.MULTILINE)
_HAPROXY_LINE = re.compile(r"^\[(?P<level>ALERT|WARNING)\]\s+\(\d+\) : (?:config : )?(?P<text>.*)$")
_FATAL = ("emerg", "alert", "crit")

_WORDS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r'cannot load certificate "([^"]+)".*No such file',
        lambda m: f"The certificate {m[1]} does not exist: give another by --tls-certificate.",
    ),
    (
        r'cannot load certificate key "([^"]+)".*No such file',
        lambda m: f"The key {m[1]} does not exist: give another by --tls-key.",
    ),
    (r"key values mismatch", lambda m: "The key does not belong to the certificate: give its own by --tls-key."),
    (
        r'cannot load certificate(?: key)? "([^"]+)".*(?:no start line|PEM|DECODER|unsupported)',
        lambda m: f"{m[1]} is no PEM file of a certificate or key.",
    ),
    (
        r'host not found in upstream "([^"]+)"',
        lambda m: f"The server {m[1]} of a role has no address: check its name, or write an IP address.",
    ),
    (
        r'mkdir\(\) "([^"]+)" failed \(2:',
        lambda m: f"The folder {Path(m[1]).parent} does not exist: create it (install -d) or give another by --folder.",
    ),
    (
        r'getgrnam\("([^"]+)"\) failed',
        lambda m: f"There is no group {m[1]} here: give the group too, by --user USER:GROUP.",
    ),
    (r'getpwnam\("([^"]+)"\) failed', lambda m: f"There is no user {m[1]} here: give another by --user."),
    (
        r"bind\(\) to (\S+) failed \(13:",
        lambda m: f"This user may not listen on {m[1]}: ports below 1024 need root.",
    ),
    (
        r"bind\(\) to (\S+) failed \(99:",
        lambda m: f"This machine has no address {m[1]}: give another by --listen.",
    ),
    (
        r"socket\(\) (\S+) failed \(97:",
        lambda m: f"This machine has no IPv6 ({m[1]}): give --listen 0.0.0.0:443 and --redirect-listen 0.0.0.0:80.",
    ),
    (r'(?:open|mkdir)\(\) "([^"]+)" failed \(13:', lambda m: f"This user may not open {m[1]}: run the check as root."),
    (r'open\(\) "([^"]+)" failed \(2:', lambda m: f"{m[1]} cannot be opened: its folder does not exist."),
    (
        r'unknown directive "([^"]+)"',
        lambda m: (
            f"This nginx does not know {m[1]}: it is older than the file, or lacks a module. Render it again here."
        ),
    ),
)


def check_configuration(path: Path, program: Path | None = None) -> list[str]:
    """Return the text to print if nginx, or HAProxy, accepts the file. Raises `StartupError` that names the fault."""
    if _is_for_haproxy(path):
        return _check_with_haproxy(path)
    program = program or find_nginx(os.environ)
    version = ".".join(str(part) for part in nginx_version(program))
    command = [str(program), "-t", "-c", str(path.absolute()), "-e", "stderr", "-g", _SERVICE_DIRECTIVES]
    ended = _run(command)
    lines = [found for line in ended.stderr.splitlines() if (found := _LINE.match(line))]
    if ended.returncode != 0:
        fatal = [found["text"] for found in lines if (found["one"] or found["other"]) in _FATAL]
        raise StartupError(explain(fatal or [ended.stderr.strip()]))
    warnings = [found["text"] for found in lines if (found["one"] or found["other"]) == "warn"]
    return [f"nginx {version} accepts {path}", *dict.fromkeys(f"warning: {text}" for text in warnings)]


def explain(messages: list[str]) -> str:
    """Return an explanation of the fault, followed by nginx's own message."""
    lines = []
    for message in dict.fromkeys(messages):
        found = next(((m, words) for pattern, words in _WORDS if (m := re.search(pattern, message))), None)
        lines.append(f"{found[1](found[0])}\n  nginx: {message}" if found else f"nginx: {message}")
    return "\n".join(lines)


def _is_for_haproxy(path: Path) -> bool:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:  # the program says why
        return False
    return _HAPROXY_SECTION.search(text) is not None


def _check_with_haproxy(path: Path) -> list[str]:
    program = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")  # not in a user's path
    if program is None:
        raise StartupError(
            f"{path} is a configuration of HAProxy, which is not installed here: check it on its machine."
        )
    ended = _run([program, "-c", "-f", str(path.absolute())])
    lines = [found for line in ended.stderr.splitlines() if (found := _HAPROXY_LINE.match(line))]
    if ended.returncode != 0:
        fatal = [found["text"] for found in lines if found["level"] == "ALERT"] or [ended.stderr.strip()]
        raise StartupError("\n".join(f"HAProxy: {text}" for text in fatal))
    warnings = [found["text"] for found in lines if found["level"] == "WARNING"]
    return [f"HAProxy accepts {path}", *dict.fromkeys(f"warning: {text}" for text in warnings)]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS_MAX)
    except subprocess.TimeoutExpired as error:
        raise StartupError(
            f"{command[0]} did not answer in {_SECONDS_MAX} s: does the name of a server not resolve?"
        ) from error
