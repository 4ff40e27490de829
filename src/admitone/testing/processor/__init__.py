"""A simulated payment processor with books of its own."""
