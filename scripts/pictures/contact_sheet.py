"""A page that shows all pictures of a run: a row per scene, a column per look."""

from collections.abc import Sequence
from html import escape

from scripts.pictures.camera import Picture
from scripts.pictures.looks import LOOKS
from scripts.pictures.scenes import Scene

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 24px; }
section { margin-block: 32px; }
.row { display: grid; grid-template-columns: 1fr 1fr 2fr 2fr; gap: 16px; align-items: start; }
figure { margin: 0; }
figcaption { font-size: 13px; opacity: 0.7; }
img { width: 100%; max-height: 480px; object-fit: cover; object-position: top; border: 1px solid #8886; }
.complaint { color: light-dark(#a4000f, #ff9aa2); }
"""


def contact_sheet(pictures: Sequence[Picture]) -> str:
    """Return an HTML page that refers to the picture files beside it."""
    scenes = list(dict.fromkeys(picture.scene for picture in pictures))
    links = " · ".join(f'<a href="#{scene.name}">{escape(scene.title)}</a>' for scene in scenes)
    rows = "\n".join(_row(scene, [picture for picture in pictures if picture.scene == scene]) for scene in scenes)
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Pictures of AdmitOne</title>\n'
        f"<style>{_STYLE}</style>\n<h1>Pictures of AdmitOne</h1>\n<p>{links}</p>\n{rows}\n</html>\n"
    )


def _row(scene: Scene, pictures: Sequence[Picture]) -> str:
    by_look = {(picture.size, picture.scheme): picture for picture in pictures}
    figures = "\n".join(_figure(by_look[look]) for look in LOOKS if look in by_look)
    return (
        f'<section id="{scene.name}">\n<h2>{escape(scene.title)}</h2>\n<div class="row">\n{figures}\n</div>\n</section>'
    )


def _figure(picture: Picture) -> str:
    words = f"{picture.size}, {picture.scheme}"
    complaints = "".join(f'<p class="complaint">{escape(line)}</p>' for line in picture.complaints)
    return (
        f'<figure><a href="{picture.file}"><img src="{picture.file}" alt="{escape(picture.scene.title)}, {words}" '
        f'loading="lazy"></a><figcaption>{words}</figcaption>{complaints}</figure>'
    )
