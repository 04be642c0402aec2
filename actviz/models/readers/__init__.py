"""One module for each file format. Each reads bytes it does not trust, and raises `MalformedError` where they lie."""
