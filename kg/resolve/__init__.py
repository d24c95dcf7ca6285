"""Resolution: the statements of many documents in, the identity of their nodes out."""

from kg.resolve.link import link

__all__ = ["link"]
