"""Steps that find what the caller may see: a sold ticket, an event of their organization."""
