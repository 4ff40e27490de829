"""PostgreSQL, Redis (or Valkey) and nginx as child processes in a data folder: the laptop's whole installation.

`DataFolder` is held by one supervisor at a time; `Identity` is the user the servers run as; each server
knows how to `spawn`, how to tell that it answers (`wait_ready`), and ends with its supervisor, even on kill -9.
"""
