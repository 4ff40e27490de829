"""Entry points: a capability a file, or a long story a file. The packages hold steps that entry points share."""
