"""What can be found: each kind of record, who may be shown it, and which of its words are shown."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record whose versions have entries, in SQL that names its schemas.

    `visible` judges an entry called `e` as of the revision that is read; what it lets through, everybody may read, then
    and today. It selects single values, so that Postgres looks at one entry after the other and stops when it has
    enough. `shown` selects of the record of a hit called `h` (with `id` and `source`): the key of its address as `key`,
    the `slug` and `title` of its document and the `sha256` of the copy or nulls, the `names` of the fields that were
    searched with their `texts`, and the `start` of the only text in that copy, in code points, or null.
    """

    name: str
    resource: str
    visible: str
    shown: str
    # Whether there are so many of them that those which have a common word are not all looked at.
    is_common: bool = False

    @property
    def entries(self) -> str:
        """SQL for the entries of this kind, called `e`, that stand at the revision that is read."""
        number = "current_setting('greenapi.as_of')::bigint"
        return (
            f"public.search_entry e WHERE e.kind = '{self.name}' AND e.rev_from <= {number}"
            f" AND (e.rev_to IS NULL OR e.rev_to > {number})"
        )
