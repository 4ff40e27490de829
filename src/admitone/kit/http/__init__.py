"""HTTP: code that all routes share, and the layers in front of them. The rest of `kit` does not depend on HTTP."""
