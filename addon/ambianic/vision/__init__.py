"""Vision: from encoded packets to events, in a process of its own."""
