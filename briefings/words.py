"""What the rules of this room ask for, in words, by the names of their constraints."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "document_page_in_count": "The page's number is larger than the number of pages.",
    "document_version_sha256_is_hex": "A SHA-256 is 64 digits of 0–9 and a–f.",
    "segment_end_after_start": "The end comes after the start.",
    "segment_label_whole": "A label has its words, its start and, after it, its end; or none of the three.",
    "segment_number_unique": "The document version already has a segment of that number.",
    "citation_exact_fits_offsets": "From start to end must be exactly as many characters as the words have.",
    "citation_place_unique": "These very words are already cited: use that citation.",
}
