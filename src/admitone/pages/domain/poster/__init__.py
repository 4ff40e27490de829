"""Posters: drawn as SVG from an event's own data, stable by its id, in a visual language of its genre."""
