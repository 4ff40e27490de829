"""`python -m admitone …` is the `admitone` command."""

from admitone.cli.main import main

main()
