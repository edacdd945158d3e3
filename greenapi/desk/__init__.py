"""The admin desk's frame: how every record is shown and saved, one click one revision, with a reason and no Delete."""
