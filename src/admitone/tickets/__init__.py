"""What is shown at the door: barcode, PDF, check-in."""
