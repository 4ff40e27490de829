"""Format names of segments and genres: importers send codes (`american_football`) as well as words (`Jazz & Blues`)."""


def kind_name(code: str) -> str:
    """`american_football` → `American football`; a name with a capital or a space stays unchanged."""
    if code != code.lower():
        return code
    words = code.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
