"""Text on pages of PDF, in any script (fpdf2)."""
