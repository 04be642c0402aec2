"""Figures: frozen specs, the pure renderer, style sheets, saving, and the gallery."""
