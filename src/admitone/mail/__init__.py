"""Mail to buyers and staff, and proof that a person reads an address."""
