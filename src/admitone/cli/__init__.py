"""The command line: every `admitone` command."""
