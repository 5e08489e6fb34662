"""Laying out a design as somebody typed it: with comments, blank lines, wide or narrow blocks."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import domains
from workbench.language.domain_format import dumps, format_text, loads
from workbench.model import Domain


def without_sections(domain: Domain) -> Domain:
    """The same domain without sections of others, whose text is theirs."""
    return domain.model_copy(
        update={"extensions": {}, "domains": tuple(without_sections(each) for each in domain.domains)}
    )


@st.composite
def typed(draw: st.DrawFn) -> tuple[Domain, str, list[str]]:
    """A domain, a text that says it, untidily, and the comments in that text."""
    domain = without_sections(draw(domains()))
    width, lines, comments = draw(st.integers(1, 5)), [], []
    for line in dumps(domain).rstrip("\n").split("\n"):
        depth = (len(line) - len(line.lstrip(" "))) // 2
        kind = draw(st.sampled_from(["plain", "plain", "comment", "blank", "trailing"]))
        if kind == "comment":
            comments.append(f"# note {len(comments)}")
            lines.append(" " * width * depth + comments[-1])
        elif kind == "blank":
            lines += [""] * draw(st.integers(1, 3))
        ending = ""
        if kind == "trailing" and line:
            comments.append(f"# note {len(comments)}")
            ending = " " * draw(st.integers(1, 4)) + comments[-1]
        lines.append(" " * width * depth + line.lstrip(" ") + ending + " " * draw(st.integers(0, 2)))
    return domain, "\n".join(lines), comments


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(typed())
def test_layout_says_the_same_keeps_comments_and_is_done_once(found: tuple[Domain, str, list[str]]) -> None:
    """Laid out text means what it meant, has every comment in its order, and stays as it is when laid out again."""
    domain, text, comments = found
    once = format_text(text)
    assert loads(once) == domain
    assert [line[line.index("# note ") :] for line in once.split("\n") if "# note " in line] == comments
    assert format_text(once) == once
