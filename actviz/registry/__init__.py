"""The registry: activation functions as data, their records, the loader, look-up by name and search.

`activations.toml` holds the definitions, and its header is the field reference; `entries` has the records, which never
refer to a registry; `loader` and `reader` make them from TOML; `lookup` and `search` find them. The room knows the
language, and loads no NumPy to find a name.
"""
