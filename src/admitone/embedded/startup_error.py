"""The expected failures of a start, each one sentence for the person who started the program."""


class StartupError(Exception):
    """An expected failure. The command line prints the sentence and exits with 1; the sentence says what to do next."""
