"""AdmitOne: ticketing where every seat admits one. Start at docs/architecture.md."""
