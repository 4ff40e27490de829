"""What keeps the embedded servers from running, in one sentence for the person who started them."""


class StartupError(Exception):
    """An expected obstacle. The command line prints the sentence and exits 1; it says what to do next."""
