"""Resolution: the statements of many documents and people's judgements in, the identity of their nodes out."""

from kg.resolve.judge import judge
from kg.resolve.kinds import class_of, settled
from kg.resolve.link import link

__all__ = ["class_of", "judge", "link", "settled"]
