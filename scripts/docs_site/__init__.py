"""Build the documentation site: mkdocs hooks that use the documents unchanged."""
