"""Run PostgreSQL, Redis (or Valkey) and nginx as child processes in a data folder, for installations on one machine.

One supervisor at a time locks the `DataFolder`; `Identity` is the user the servers run as. Each server implements
`spawn` and `wait_ready`, and ends with its supervisor, even after kill -9.
"""
