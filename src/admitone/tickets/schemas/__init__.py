"""Bodies of the HTTP of tickets."""
