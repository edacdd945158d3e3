"""What the rules of this room ask for, in words, by the names of their constraints."""

from collections.abc import Mapping

NEEDS_CITATION = "A fact is published only with a citation of its value or its whole. Add one to it first."
WORDS: Mapping[str, str] = {
    "observation_published_is_cited": NEEDS_CITATION,
    "commitment_published_is_cited": NEEDS_CITATION,
    "observation_between_has_two_values": "“Between” has two numbers, the lower one first; all else has one.",
    "observation_change_has_direction": "A change or saving has a direction; a level, share or count has none.",
    "commitment_deadline_has_date": "A deadline has a date; choose “No deadline” to leave the date empty.",
    "commitment_target_whole": "A target has its comparator, number and unit; or none of the three.",
    "claim_link_one_source": "Choose one fact that bears on the other: an observation or a commitment.",
    "claim_link_one_target": "Choose one fact that it bears on: an observation or a commitment.",
}
