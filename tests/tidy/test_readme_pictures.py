"""The pictures of README.md are small, and its plot shows the published figures."""

from scripts.pictures.readme import BYTES_MAX, FOLDER, on_sale_plot


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}

    assert sizes
    assert {name: size for name, size in sizes.items() if size > BYTES_MAX} == {}


def test_the_plot_shows_the_published_figures() -> None:
    assert FOLDER.joinpath("on-sale.svg").read_text("utf-8") == on_sale_plot(), "run ./run pictures --readme"
