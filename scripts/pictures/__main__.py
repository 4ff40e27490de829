"""Take pictures of every page and state of the public web and the console, on a separate demo, with a page of all.

./run pictures                              all of them, to build/pictures
./run pictures --only home checkout         some
./run pictures --out DIR
./run pictures --readme                     the pictures of README.md, to docs/pictures
./run pictures --guides                     the pictures of the console's how-to guides, to docs/pictures
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from playwright.async_api import Browser
from scripts.pictures.camera import Picture, take_pictures
from scripts.pictures.contact_sheet import contact_sheet
from scripts.pictures.guides import write_guide_pictures
from scripts.pictures.readme import FOLDER, write_readme_pictures
from scripts.pictures.scenes import SCENES, Scene
from scripts.pictures.states import States, open_stage, sign_in
from tests.browser import run_chromium

from admitone.demo.keys import load_console_link
from admitone.testing.demo_process import Demo

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 3_000
"""Sample events of the demo: enough for full lists, loaded within seconds."""


def main(arguments: Sequence[str]) -> int:
    """Return 1 if a scene failed or a page reported an error."""
    parser = argparse.ArgumentParser(
        prog="./run pictures", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [scene.name for scene in SCENES]
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "pictures", metavar="DIR")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"Of these: {', '.join(names)}.")
    parser.add_argument("--readme", action="store_true", help="Write the pictures of README.md instead.")
    parser.add_argument("--guides", action="store_true", help="Write the pictures of the how-to guides instead.")
    options = parser.parse_args(arguments)
    scenes = [scene for scene in SCENES if not options.only or scene.name in options.only]
    folder = Path(tempfile.mkdtemp(prefix="admitone-pictures-"))
    folder.chmod(0o755)  # nginx's workers run as another user
    demo = Demo(folder / "data", "--port", "0", "--events", str(EVENTS))
    try:
        say("starting a demo")
        address = demo.wait_until_ready()
        demo.wait_until_loaded()
        api_key = json.loads((demo.data / "credentials.json").read_text("utf-8"))["organizer_api_key"]
        link = f"{address}/console/welcome/{load_console_link(demo.data)}"
        if options.readme or options.guides:
            FOLDER.mkdir(exist_ok=True)
            write = write_readme_pictures if options.readme else write_guide_pictures
            asyncio.run(picture_documents(address, api_key, link, write))
            return 0
        options.out.mkdir(parents=True, exist_ok=True)
        pictures = asyncio.run(picture_all(address, api_key, link, scenes, options.out))
    finally:
        demo.end()
        shutil.rmtree(folder, ignore_errors=True)
    return report(pictures, options.out)


async def picture_all(address: str, api_key: str, link: str, scenes: Sequence[Scene], folder: Path) -> list[Picture]:
    states = await make_states(address, api_key)
    async with run_chromium() as browser:
        states = await sign_in(browser, states, link)
        say(f"taking pictures of {len(scenes)} scenes")
        return await take_pictures(browser, states, scenes, folder)


async def picture_documents(
    address: str, api_key: str, link: str, write: Callable[[Browser, States, Path], Awaitable[None]]
) -> None:
    states = await make_states(address, api_key)
    async with run_chromium() as browser:
        await write(browser, await sign_in(browser, states, link), FOLDER)
    say(f"written to {FOLDER.relative_to(ROOT)}")


async def make_states(address: str, api_key: str) -> States:
    say("making events and bookings in every state")
    async with open_stage(address, api_key) as stage:
        return await stage.make_states()


def report(pictures: Sequence[Picture], folder: Path) -> int:
    sheet = folder / "index.html"
    sheet.write_text(contact_sheet(pictures), "utf-8")
    complaints = [f"{picture.file}: {line}" for picture in pictures for line in picture.complaints]
    for line in complaints:
        say(line)
    say(f"{len(pictures)} pictures: {sheet}")
    return 1 if complaints else 0


def say(line: str) -> None:
    sys.stderr.write(f"  {line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
