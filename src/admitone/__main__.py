"""`python -m admitone …` is the `admitone` command."""

from admitone.roles.cli import main

main()
