"""The console's screens, a capability a module. `routes/__init__.py` lists their handlers."""
