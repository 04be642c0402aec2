"""A figure's spec on a terminal: as dots in letters, or as an inline image."""
