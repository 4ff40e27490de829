"""The console: server-rendered screens for organizers and staff, the first client of the organizer API."""
