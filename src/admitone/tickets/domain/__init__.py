"""Rules of tickets, pure: codes, links, pages to print."""
