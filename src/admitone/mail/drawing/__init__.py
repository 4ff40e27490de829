"""Mail content as a message: templates, MIME parts, headers."""
