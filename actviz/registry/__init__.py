"""The registry: activation functions as data, their records, the loader and look-up by name."""
