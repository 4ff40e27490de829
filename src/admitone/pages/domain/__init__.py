"""Pure rules of the pages: posters, texts for dates and money."""
