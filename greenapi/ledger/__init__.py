"""Nothing is lost: numbered revisions, version tables kept by triggers, and reads as of any revision.

Where to look:

- writing: `revisions` opens one, `recording` puts rows into it, `undo` and `redaction` (with `addresses`, `links`,
  `traces`, `erasing` and `explaining` for their commands) take back and take out;
- reading: `reading` at a revision, `history` and `appearances` of a record, `every_version` of a list; `visibility`
  decides what of the past was public;
- following: `feed`, which pages it by `stretches`; `cursors` are places in it, `listening` hears of news;
- proving: `canonical` texts are hashed, `chain` links them, `verification` recomputes all;
- the database: `sql/` and `own_sql` for the ledger's own tables; `tables`, `version_tables`, `triggers` and `views` for
  each recorded one; `versioning` installs them in `steps`, `catching_up` records what migrations did, `roles` and
  `owner` say who may what; `drift`, `table_drift` and `catalog` compare.
"""
