"""SQL of booking, on real PostgreSQL: a function a statement."""
