"""Client of greenapi: facts and pledges from government briefings, with versioned provenance.

Start with `GreenAPI`; `models` holds what its answers are made of, `errors` what it raises.
"""

from . import errors, models
from .api import GreenAPI, View
from .errors import GreenAPIError
from .listing import Listing
from .resource import Resource
from .version import __version__

__all__ = ["GreenAPI", "GreenAPIError", "Listing", "Resource", "View", "__version__", "errors", "models"]
