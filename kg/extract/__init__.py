"""Extraction: one document in, its statements with evidence out."""
