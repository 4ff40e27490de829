"""The installation as its operators see it in the console: processes, jobs, mails, settings, faults."""
