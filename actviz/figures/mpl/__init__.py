"""A figure's spec drawn and saved with matplotlib, without pyplot and without touching global settings."""
