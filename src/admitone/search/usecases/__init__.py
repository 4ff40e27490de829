"""Entry points: a capability a file, or a long story a file. The package `finding` holds steps that they share."""
