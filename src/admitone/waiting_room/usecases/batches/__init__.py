"""Steps of group commits: one transaction for many requests of a process."""
