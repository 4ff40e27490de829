"""Steps of `import_lines`: write a batch of one kind. No entry points."""
