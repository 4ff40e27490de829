"""The running application: what each role serves, how slices are plugged together, settings, worker, migrations."""
