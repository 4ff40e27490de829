"""Tools without a domain word: every slice may use them, they use none."""
