"""Where the desk is: the one place with pages for people who are known, and so with rules of its own."""

DESK = "/admin/"


def is_desk(path: str) -> bool:
    """Whether a path leads to the desk; `/admin` only leads on to it."""
    return path.startswith(DESK)
