"""The pictures of README.md and of the guides are small; the plot shows the published figures."""

from scripts.pictures.guides import GUIDED
from scripts.pictures.readme import BYTES_MAX, FOLDER, on_sale_plot


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}

    assert sizes
    assert {name: size for name, size in sizes.items() if size > BYTES_MAX} == {}


def test_the_guides_show_each_picture_of_the_console() -> None:
    guides = "".join(path.read_text("utf-8") for path in FOLDER.parent.joinpath("how-to").glob("console*.md"))
    made = {f"{name}.png" for name in GUIDED}

    assert {path.name for path in FOLDER.glob("console-*.png")} == made
    assert {name for name in made if f"../pictures/{name}" not in guides} == set()


def test_the_plot_shows_the_published_figures() -> None:
    assert FOLDER.joinpath("on-sale.svg").read_text("utf-8") == on_sale_plot(), "run ./run pictures --readme"
