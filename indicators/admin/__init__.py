"""The desk of what numbers and pledges were stated."""

from . import commitments, definitions, links, observations

__all__ = ["commitments", "definitions", "links", "observations"]
