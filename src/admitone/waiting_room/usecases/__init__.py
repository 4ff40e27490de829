"""What can be done in the waiting room."""
