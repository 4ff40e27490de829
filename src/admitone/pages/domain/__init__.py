"""Pure rules of the pages: posters, words for dates and money."""
