"""Rules of tickets, pure: ids, keys, codes, links."""
