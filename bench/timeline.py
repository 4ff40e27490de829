"""Plot a timeline as SVG without a library: stacked panels with a common time axis, readable in both themes."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _PANEL, _GAP, _LEFT, _RIGHT, _TOP = 860, 120, 46, 64, 16, 52
_COLORS = ("#4C78A8", "#E45756", "#54A24B", "#B279A2", "#F58518", "#72B7B2")

Panel = tuple[str, Mapping[str, Sequence[float | None]]]
"""(title with its unit, label → one value a second; None: no measurement)"""


def timeline(title: str, panels: Sequence[Panel]) -> str:
    """Return an SVG; every panel has its own scale, from zero."""
    seconds = max((len(values) for _, lines in panels for values in lines.values()), default=1)
    height = _TOP + len(panels) * (_PANEL + _GAP) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" ',
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="15" font-weight="600" fill="#1a1a1a">{escape(title)}</text>',
    ]
    for number, (name, lines) in enumerate(panels):
        parts += _panel(_TOP + number * (_PANEL + _GAP), name, lines, max(2, seconds))
    return "\n".join([*parts, "</svg>", ""])


def _panel(top: int, name: str, lines: Mapping[str, Sequence[float | None]], seconds: int) -> list[str]:
    most = max((value for values in lines.values() for value in values if value is not None), default=0) or 1
    bottom, room = top + _PANEL, _WIDTH - _LEFT - _RIGHT
    parts = [f'<text x="{_LEFT}" y="{top - 8}" fill="#1a1a1a">{escape(name)}</text>']
    for share in (0, 0.5, 1):
        y = bottom - share * _PANEL
        parts += [
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9d9d9"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555555">{_short(most * share)}</text>',
        ]
    step = next(step for step in (5, 10, 20, 30, 60, 120, 300, 600, 10**6) if seconds / step <= 14)
    parts += [
        f'<text x="{_LEFT + second * room / (seconds - 1):.1f}" y="{bottom + 15}" text-anchor="middle" '
        f'fill="#555555">{second} s</text>'
        for second in range(0, seconds, step)
    ]
    at = _WIDTH - _RIGHT
    for number, (label, values) in reversed(list(enumerate(lines.items()))):
        color = _COLORS[number % len(_COLORS)]
        parts.append(f'<path d="{_path(values, most, bottom, room, seconds)}" fill="none" stroke="{color}"/>')
        parts.append(f'<text x="{at}" y="{top - 8}" text-anchor="end" fill="{color}">{escape(label)}</text>')
        at -= 14 + 7 * len(label)
    return parts


def _path(values: Sequence[float | None], most: float, bottom: int, room: int, seconds: int) -> str:
    parts, pen = [], "M"
    for second, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{_LEFT + second * room / (seconds - 1):.1f} {bottom - _PANEL * value / most:.1f}")
        pen = "L"
    return "".join(parts)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
