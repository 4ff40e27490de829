"""What people see: pages rendered on the server, and the small modules that make them live."""
