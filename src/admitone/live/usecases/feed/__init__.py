"""Parts of the seat feed: a channel event with its subscribers, and one subscriber's connection."""
