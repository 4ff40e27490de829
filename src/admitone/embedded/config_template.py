"""Templates of the servers' configuration files, which lie beside this module."""

from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template


def load_template(name: str) -> Template:
    """Return the template of a file of this package.

    It escapes nothing: every server has its own quoting, and callers pass no value that needs it (see `data_folder`).
    """
    text = files(__package__).joinpath(name).read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - not HTML
    return environment.from_string(text)
