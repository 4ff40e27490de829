"""The catalogue over HTTP: `router(provide)` for a role to mount."""

from admitone.catalogue.routes.router import router

__all__ = ["router"]
