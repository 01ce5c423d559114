"""Recording: the index of events and their pictures on disk."""
