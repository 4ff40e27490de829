"""Names of segments and genres: importers send codes (`american_football`) as well as words (`Jazz & Blues`)."""


def kind_name(code: str) -> str:
    """`american_football` → `American football`; whatever has a capital or a space already stays as it is."""
    if code != code.lower():
        return code
    words = code.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
