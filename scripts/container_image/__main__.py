"""`./run image [--base IMAGE] [--tag NAME] [--try]`: build the image of AdmitOne, and try it.

`--base` is a Debian or Ubuntu image with Python and venv; without a registry, import one:

    debootstrap --variant=minbase --include=python3-venv,ca-certificates,nginx-light bookworm base
    tar -C base -c . | podman import - localhost/admitone-base
    ./run image --base localhost/admitone-base --nginx localhost/admitone-base --try

`--try` migrates a database, serves every role from the image, sells one ticket through the gateway (an nginx of
`--nginx`) and stops, with the options of compose.yaml. It needs root, for the network and the users of the files.
`--build` and `--global` pass options on to podman: `--global=--storage-driver=vfs --build=--isolation=chroot`.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from scripts.build_package import ROOT, add_locks, build_package, read_git
from scripts.container_image.drill import try_image

CONTAINERFILE = ROOT / "deploy" / "containers" / "Containerfile"


def build_image(podman: list[str], base: str | None, tag: str, options: list[str], folder: Path) -> None:
    """Build the wheel and the image from it. Raises `subprocess.CalledProcessError`."""
    for earlier in folder.glob("admitone-*"):
        earlier.unlink()
    built = build_package(folder, ["wheel"])
    add_locks(folder)
    arguments = {"VERSION": built[0].name.split("-")[1], "REVISION": read_git("rev-parse", "HEAD").strip()}
    if base is not None:
        arguments["BASE"] = base
    subprocess.run(
        # Only Docker's format has a health check.
        [*podman, "build", "--format=docker", *options, *(f"--build-arg={k}={v}" for k, v in arguments.items()),
         f"--file={CONTAINERFILE}", f"--tag={tag}", str(folder)],
        check=True,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="Default: the BASE of deploy/containers/Containerfile.")
    parser.add_argument("--tag", default="localhost/admitone:latest")
    parser.add_argument("--nginx", default="docker.io/library/nginx:1.28-bookworm")
    parser.add_argument("--try", dest="tries", action="store_true")
    parser.add_argument("--only-try", action="store_true", help="Try the image of an earlier build.")
    parser.add_argument("--global", dest="globals", action="append", default=[], metavar="OPTION")
    parser.add_argument("--build", action="append", default=[], metavar="OPTION")
    given = parser.parse_args()
    podman = ["podman", *given.globals]
    try:
        if not given.only_try:
            started = time.monotonic()
            build_image(podman, given.base, given.tag, given.build, ROOT / "build" / "image")
            say(f"built in {time.monotonic() - started:.0f} s")
        size = subprocess.run(
            [*podman, "image", "inspect", "--format={{.Size}}", given.tag], check=True, capture_output=True, text=True
        )
        say(f"{given.tag}: {int(size.stdout) / 1e6:.0f} MB")
        if given.tries or given.only_try:
            try_image(podman, given.tag, given.nginx, say)
    except (subprocess.CalledProcessError, FileNotFoundError, RuntimeError, AssertionError) as error:
        sys.exit(f"error: {error}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
