"""The demonstration: servers, roles and sample events on one machine, and the screen that shows them."""
