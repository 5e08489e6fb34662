"""Strict JSON reading and the layout people can compare."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.strategies import json_values
from workbench.errors import Problem, VerificationError
from workbench.language.json_text import MOST_BYTES, MOST_NESTED, layout, parse_json, read_text


def only_problem(error: VerificationError) -> Problem:
    (problem,) = error.problems
    assert problem.hint, "a problem says what to do"
    return problem


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "empty_file", None, None),
        (" \n\t", "empty_file", None, None),
        ("{", "bad_json", 1, 2),
        ('{"a": 1,\n "b" 2}', "bad_json", 2, 6),
        ("{} {}", "bad_json", 1, 4),
        ('{"a": 1} // note', "bad_json", 1, 10),
        ('{"a": NaN}', "bad_number", None, None),
        ("[-Infinity]", "bad_number", None, None),
        ("[1e400]", "bad_number", None, None),
        ("[" + "9" * 5000 + "]", "bad_number", None, None),
        ("[" * 5000 + "]" * 5000, "too_deep", None, None),
        ("[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1), "too_deep", None, None),
    ],
)
def test_text_that_is_no_json(text: str, code: str, line: int | None, column: int | None) -> None:
    """Text that is no JSON is refused with its place, never with a traceback of the parser."""
    with pytest.raises(VerificationError) as caught:
        parse_json(text)
    problem = only_problem(caught.value)
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_depth_limit_is_exact() -> None:
    """What stands exactly as deep as allowed is read."""
    value, _ = parse_json("[" * MOST_NESTED + "]" * MOST_NESTED)
    assert json.dumps(value) == "[" * MOST_NESTED + "]" * MOST_NESTED


def test_doubled_keys_are_remembered() -> None:
    """A key that stands twice is not silently the last one."""
    value, doubled = parse_json('{"a": {"b": 1, "c": 2, "b": 3}, "d": {}}')
    assert value == {"a": {"b": 3, "c": 2}, "d": {}}
    assert [each.doubled for each in doubled] == [("b",)]
    assert doubled[0].found is value["a"]


def test_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    """A file saved by an editor that writes a byte order mark reads like any other."""
    path = tmp_path / "x.json"
    path.write_bytes(b"\xef\xbb\xbf[1]")
    assert parse_json(read_text(path)) == ([1], ())
    assert parse_json("\ufeff[1]") == ([1], ())


def test_files_that_hold_no_text(tmp_path: Path) -> None:
    """Missing files, folders, pipes, other encodings and overlong files are each refused by name, with what to do."""
    (tmp_path / "utf16.json").write_bytes('{"a": 1}'.encode("utf-16"))
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    expected = {
        "nowhere.json": "no_such_file",
        "": "not_a_file",
        "pipe": "not_a_file",
        "utf16.json": "not_utf8",
        "large.json": "too_large",
        "nul\0.json": "no_such_file",
        "x" * 5000: "unreadable",
        "utf16.json/below": "no_such_file",
    }
    for name, code in expected.items():
        with pytest.raises(VerificationError) as caught:
            read_text(tmp_path / name)
        assert only_problem(caught.value).code == code, name[:20]
        assert caught.value.subject == str(tmp_path / name)


@settings(max_examples=60)
@given(json_values)
def test_layout_is_the_same_value(value: object) -> None:
    """Laying a value out for people changes nothing about it."""
    assert json.loads(layout(value)) == value


def test_one_element_a_line() -> None:
    """Adding an element changes one line of the text, and long lines are broken."""
    before = {"items": [{"name": "a", "type": "date"}, {"name": "b", "list": ["x" * 60, "y" * 60]}]}
    after = {"items": [*before["items"], {"name": "c"}]}
    lines = layout(before).splitlines()
    assert lines == [
        "{",
        '  "items": [',
        '    {"name": "a", "type": "date"},',
        "    {",
        '      "name": "b",',
        '      "list": [',
        f'        "{"x" * 60}",',
        f'        "{"y" * 60}"',
        "      ]",
        "    }",
        "  ]",
        "}",
    ]
    added = set(layout(after).splitlines()) - set(lines)
    assert added == {'    {"name": "c"}', "    },"}
    assert max(map(len, lines)) <= 120
