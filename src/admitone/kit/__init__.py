"""Tools without domain terms: every slice may import them; they import no slice."""
