"""Plots as SVG by hand: bars with their values written beside them, readable in both themes."""

from collections.abc import Sequence
from html import escape

_WIDTH, _BAR, _GAP, _LABELS, _VALUES = 720, 22, 12, 250, 130


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str) -> str:
    """Return an SVG of horizontal bars from zero, all in one `unit`."""
    most = max((value for _, value in rows), default=0) or 1
    room = _WIDTH - _LABELS - _VALUES
    height = 48 + len(rows) * (_BAR + _GAP)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' role='img'",
        f"aria-label='{escape(title)}' ",
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="15" font-weight="600" fill="#1a1a1a">{escape(title)}</text>',
    ]
    for number, (label, value) in enumerate(rows):
        y = 44 + number * (_BAR + _GAP)
        middle = y + _BAR / 2 + 4.5
        length = max(1.0, room * value / most)
        parts += [
            f'<text x="{_LABELS - 10}" y="{middle}" text-anchor="end" fill="#1a1a1a">{escape(label)}</text>',
            f'<rect x="{_LABELS}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="3" fill="#4C78A8"/>',
            f'<text x="{_LABELS + length + 8:.1f}" y="{middle}" fill="#1a1a1a">{_short(value)} {escape(unit)}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
