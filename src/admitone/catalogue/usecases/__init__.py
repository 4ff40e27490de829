"""Entry points: a capability a file, or a long story a file. Packages in here hold steps that entry points share."""
