"""Assemble and run the application: roles, wiring of the slices, settings, worker, migrations."""
