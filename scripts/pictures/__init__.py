"""Pictures of every page and state of the public web, taken with Chromium on a separate demo."""
