"""The resources of which the bundled dataset has rows: all but those that only trouble makes."""

from greenapi.urls import RESOURCES

BUNDLED = [name for name in RESOURCES if name != "redactions"]
