"""Text on pages of PDF, in any script (fpdf2). This module itself loads no library that draws."""

Color = tuple[int, int, int]
"""Red, green, blue: 0 to 255."""
