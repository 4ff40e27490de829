"""Steps from choosing tickets to the sale or the end of the booking; only use cases call them."""
