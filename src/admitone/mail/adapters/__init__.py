"""The outside world of mail: an SMTP server."""
