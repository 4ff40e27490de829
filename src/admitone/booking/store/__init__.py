"""SQL of booking: a function per statement."""
