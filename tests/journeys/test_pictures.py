"""`./run pictures` reaches every state and takes pictures of pages without errors."""

from pathlib import Path

import pytest
from playwright.async_api import Browser
from scripts.pictures.camera import take_pictures
from scripts.pictures.contact_sheet import contact_sheet
from scripts.pictures.looks import LOOKS
from scripts.pictures.scenes import SCENES
from scripts.pictures.states import open_stage

from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PICTURED = ("map-hall", "waiting-room-queue", "checkout-declined", "booking-refunded")


async def test_every_state_is_reached_and_pictured(stack: Stack, chromium: Browser, tmp_path: Path) -> None:
    scenes = [scene for scene in SCENES if scene.name in PICTURED]
    async with open_stage(stack.address, stack.api_key) as stage:
        states = await stage.make_states()

    pictures = await take_pictures(chromium, states, scenes, tmp_path)

    paths = {states.path(scene.path, size, scheme) for scene in SCENES for size, scheme in LOOKS}
    assert [path for path in paths if not path.startswith("/")] == []
    assert [picture.complaints for picture in pictures] == [()] * len(PICTURED) * len(LOOKS)
    assert {path.name for path in tmp_path.iterdir()} == {picture.file for picture in pictures}
    assert all(f'src="{picture.file}"' in contact_sheet(pictures) for picture in pictures)
