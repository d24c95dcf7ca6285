"""Texts about collective action and contracts in, an RDF knowledge graph with evidence out."""
