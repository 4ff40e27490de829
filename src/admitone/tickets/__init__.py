"""Tickets at the gate: barcode, PDF, check-in."""
