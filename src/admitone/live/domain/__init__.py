"""Pure rules of the live map."""
