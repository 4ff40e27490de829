"""What the catalogue asks of the world outside: pictures on other hosts."""
