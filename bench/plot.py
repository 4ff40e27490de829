"""Plot SVG without a library: bars with their values beside them, readable in both themes."""

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


def lines(title: str, values: Sequence[float], marks: Sequence[tuple[int, str]], unit: str) -> str:
    """Return an SVG of one value a second; `marks` name the second at which a phase starts."""
    left, top, height, width = 70, 44, 220, _WIDTH - 90
    most = max(values, default=0) or 1
    step = width / max(1, len(values) - 1)

    def at(number: int, value: float) -> str:
        return f"{left + number * step:.1f},{top + height * (1 - value / most):.1f}"

    text = 'font-size="12" fill="#1a1a1a"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + height + 44}" role="img"',
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif">',
        f'<rect width="{_WIDTH}" height="{top + height + 44}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="15" font-weight="600" fill="#1a1a1a">{escape(title)}</text>',
    ]
    for share in (0.0, 0.5, 1.0):
        y = top + height * (1 - share)
        parts += [
            f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d0d0d0"/>',
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" {text}>{_short(most * share)}</text>',
        ]
    for second, name in marks:
        x = left + second * step
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + height + 8}" stroke="#808080"/>',
            f'<text x="{x + 4:.1f}" y="{top + height + 20}" {text}>{escape(name)}</text>',
        ]
    points = " ".join(at(number, value) for number, value in enumerate(values))
    parts += [
        f'<polyline points="{points}" fill="none" stroke="#4C78A8" stroke-width="2"/>',
        f'<text x="{left + width}" y="{top + height + 36}" text-anchor="end" {text}>seconds; {escape(unit)}</text>',
    ]
    return "\n".join([*parts, "</svg>", ""])
