"""Texts that break off anywhere are read as far as they go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from texts import ReadText

TEXT = (
    "Nurses at Hollow Creek Hospital and the fire chief of Dunmore met the new cleaning contractor, Brightline. One of "
    "them, editor-in-chief Dana Poe, said on Friday that 40 cooks of a group called Fair Plates had signed a letter to "
    "its chairman; the staffing agency, which sells the city crews for $2 million, will not renew the contract (below)"
)
WORDS = TEXT.split()


@pytest.mark.parametrize("change", [str, str.title, str.upper, str.lower], ids=["as it is", "title", "upper", "lower"])
def test_a_text_may_end_after_any_word(change: Callable[[str], str], read_text: ReadText) -> None:
    for end in range(1, len(WORDS) + 1):
        told = read_text(change(" ".join(WORDS[:end]).rstrip(".,;")))
        assert told.reading.sentences


def test_a_text_may_begin_with_any_word(read_text: ReadText) -> None:
    for start in range(len(WORDS)):
        assert read_text(" ".join(WORDS[start : start + 5])).reading.sentences
