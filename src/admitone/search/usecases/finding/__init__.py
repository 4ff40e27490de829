"""Steps of every story that asks the index. No entry points."""
