"""Posters: drawn as SVG from an event's data, stable by its id, in a visual language of its genre."""
