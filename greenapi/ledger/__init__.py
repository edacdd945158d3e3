"""Nothing is lost: numbered revisions, version tables kept by triggers, and reads as of any revision."""
