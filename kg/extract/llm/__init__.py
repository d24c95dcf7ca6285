"""Reads texts with a large language model behind an OpenAI-compatible endpoint.

The model returns words and quotes; the program finds them in the text, drops what it does not find, and normalises the
rest as the rules do.
"""
