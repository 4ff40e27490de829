"""Mail: what buyers and staff are told by email, and who has proved to read an address."""
