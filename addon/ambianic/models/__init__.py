"""Detection models: which there are, how they are installed, and where they lie."""
