"""Who said what, and where it is written: briefings, documents and their versions, segments, people, citations."""
