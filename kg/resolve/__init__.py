"""Resolution: the statements of many documents in, the identity of their nodes out."""
