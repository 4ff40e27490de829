"""The documentation site: what mkdocs needs to build it from the documents as they are."""
