"""Pure rules of tickets: ids, keys, codes, links."""
