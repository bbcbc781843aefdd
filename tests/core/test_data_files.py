"""Every board and checklist file that ships can be read, and codec and recipes are strict."""

import re

import pytest

from studio.core.board import boards, find_board
from studio.core.checklist import Example, Stage, Tier, standard_checklist
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.recipe import Recipe, Scheme, read_recipe


def test_every_board_states_its_limits_and_its_source() -> None:
    ids = {board.id for board in boards()}
    assert {
        "virtual_cortex_m4",
        "arduino_nano_33_ble_sense",
        "raspberry_pi_pico",
        "esp32_s3_devkitc",
        "arduino_mega_2560",
        "nucleo_l4r5zi",
    } <= ids
    for board in boards():
        assert board.source.startswith("https://"), board.id
        assert 0 < board.free_ram_bytes <= board.ram_bytes, board.id
        assert 0 < board.free_flash_bytes <= board.flash_bytes, board.id
        assert board.flashing, board.id


def test_an_unknown_board_lists_the_known_ones() -> None:
    assert find_board("virtual-cortex-m4").virtual
    with pytest.raises(StudioError, match="raspberry_pi_pico"):
        find_board("toaster")


def test_the_checklist_has_eight_questions_a_stage_and_unique_ids() -> None:
    questions = standard_checklist().questions
    assert len({question.id for question in questions}) == 24
    for stage in Stage:
        assert sum(question.stage is stage for question in questions) == 8


def test_recipes_are_read_from_words_and_refuse_nonsense() -> None:
    assert read_recipe("int8, pruning=0.3") == Recipe(Scheme.INT8, 0.3)
    assert read_recipe("float32") == Recipe(Scheme.FLOAT32)
    for wrong in ("int7", "int8,pruning=2", "int8,pruning=x", "int8,colour=3", "nowhere.json"):
        with pytest.raises(StudioError):
            read_recipe(wrong)


def test_what_the_codec_writes_it_reads_and_unknown_entries_are_refused() -> None:
    for value in (*boards(), standard_checklist()):
        assert from_json(type(value), to_json(value)) == value
    with pytest.raises(ValueError, match="unknown entry"):
        from_json(Recipe, {"scheme": "int8", "colour": "red"})
    with pytest.raises(ValueError, match="should be float"):
        from_json(Recipe, {"pruning": "a lot"})


def test_every_question_says_why_it_matters_and_what_happened_with_its_source() -> None:
    checklist = standard_checklist()
    for question in checklist.questions:
        assert question.text.endswith("?"), question.id
        for words in (question.say, question.why, question.example.text, question.example.source):
            assert words.strip(), question.id
        assert any(year in question.example.source for year in map(str, range(2010, 2027))), question.id
        assert question.blocker_from is not None, question.id
        assert question.depends, question.id
        assert all(limit in {rule.id for rule in checklist.own_limits} for limit in question.limits)
    assert {tier.value for tier in Tier} == set(checklist.tiers)
    assert "no legal advice" in checklist.notice
    banned = next(item for item in checklist.intake if item.tier is Tier.STOP)
    assert banned.names
    assert "Article 5" in banned.source


def test_every_example_and_every_list_from_elsewhere_says_how_far_it_was_checked() -> None:
    checklist = standard_checklist()
    notes = {question.id: question.example.checked for question in checklist.questions}
    notes |= {item.id: item.checked for item in checklist.intake if item.source}
    for where, checked in notes.items():
        assert re.match(r"excerpts?, \d{4}-\d\d-\d\d: \S+\.\S+|from memory", checked), where
    assert from_json(Example, {"text": "a", "source": "b"}).checked == ""
