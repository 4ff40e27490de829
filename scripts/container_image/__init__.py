"""Build the container image, and try it: `./run image`."""
