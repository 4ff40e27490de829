"""Composition roots: the only place that reads the environment and knows every slice."""
