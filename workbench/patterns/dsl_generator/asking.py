"""Reading a question, word by word."""

from __future__ import annotations

from collections.abc import Callable

from workbench.errors import nearest
from workbench.expression import check
from workbench.model import Measure, Resource
from workbench.model.expression import Aggregate, Call, Constant, Node, Path
from workbench.patterns.dsl_generator.columns import column, step_of_time
from workbench.patterns.dsl_generator.domain_measures import on_rows, owners
from workbench.patterns.dsl_generator.expressions import condition, path
from workbench.patterns.dsl_generator.questions import Asked, Sorted, Word
from workbench.patterns.dsl_generator.vocabulary import Vocabulary
from workbench.patterns.dsl_generator.words import AGGREGATES, Cursor, Offer, said

__all__ = ["question"]

_CLAUSES = ("by", "where", "sorted", "first")
_COUNT = Word("count", Aggregate("count"), "count", True)


def question(cursor: Cursor, vocabulary: Vocabulary, *stops: str) -> Asked | None:
    """The question that stands here, up to the end or a word of ``stops``; None, with its problems noted, where there is none."""
    return _Reading(cursor, vocabulary, stops).read()


class _Reading:
    """One question being read."""

    def __init__(self, cursor: Cursor, vocabulary: Vocabulary, stops: tuple[str, ...]) -> None:
        self.cursor, self.vocabulary, self.stops = cursor, vocabulary, stops
        self.resource: Resource | None = None
        self.items: list[Word] = []
        self.by: list[Word] = []
        self.where: Node | None = None
        self.sort: list[Sorted] = []
        self.first: int | None = None
        self.of = ""

    def read(self) -> Asked | None:
        cursor, problems = self.cursor, len(self.cursor.problems)
        top = self._top()
        self.resource = self._owner()
        self._subject()
        if self.resource is None:
            return None
        if len(cursor.problems) > problems:
            cursor.skip(*_CLAUSES, *self.stops)
        self._clauses(by_is_order=bool(top) and not any(each.is_measure for each in self.items))
        if self.by and not self.items:
            self.items = [_COUNT]
        plain = next((each for each in self.items if not each.is_measure), None)
        if plain is not None and self.is_grouped:
            message = f"{plain.text} is a value of one row, where others are over many"
            hint = f"group by it: by {plain.text}; or say which of many: average, sum, lowest, highest {plain.text}"
            cursor.problem("mixed_items", message, cursor.tokens[0].start, hint)
        self._ordered(top)
        if len(cursor.problems) > problems:
            return None
        return Asked(
            self.resource.name, tuple(self.items), tuple(self.by), self.where, tuple(self.sort), self.first, self.of
        )

    # --- what is asked ----------------------------------------------------------------------------------------------------------

    def _top(self) -> str:
        cursor = self.cursor
        cursor.offer("'top'", lambda: (Offer(each, "word") for each in ("top", "bottom")))
        if cursor.token.lower in ("top", "bottom"):
            word = cursor.token.lower
            cursor.at += 1
            self.first = cursor.number()
            if self.first is None:
                cursor.unexpected()
            return word
        return ""

    def _owner(self) -> Resource | None:
        """The resource named behind ``of``, read ahead; None where it is not said."""
        ahead = Cursor(
            self.cursor.text[self.cursor.token.start : self.cursor.tokens[-1].end] + " " + self.cursor.rest, ""
        )
        while not ahead.is_done and ahead.token.lower not in (*_CLAUSES, *self.stops):
            ahead.at += 1
            if ahead.tokens[ahead.at - 1].lower == "of":
                found = self.vocabulary.nouns.found(ahead)
                if not found and ahead.token.name == self.vocabulary.domain.name:
                    self.of = ahead.token.name
                return found[0][1].meaning if found else None
        return None

    def _subject(self) -> None:
        """What is asked: a count, rows, or items and perhaps of what."""
        cursor = self.cursor
        if cursor.token.lower == "how":
            cursor.at += 1
            if not cursor.word("many"):
                cursor.unexpected()
                return
            self._noun()
            self.items = [_COUNT]
            return
        cursor.offer("'how'", lambda: (Offer("how many", "word"),))
        cursor.offer("'count'", lambda: (Offer("count of", "word"),))
        for each in AGGREGATES:
            cursor.offer(
                f"'{each}'" if each in ("average", "sum") else "'average'",
                lambda: (Offer(e, "word") for e in AGGREGATES),
            )
        if self.resource is None and self._is_rows():
            return
        while True:
            if not self._item():
                return
            if not (cursor.symbol(",") or cursor.word("and")):
                break
        if cursor.word("of"):
            self._of()

    def _is_rows(self) -> bool:
        """Whether rows are asked for: a resource stands here, and nothing says that a measure of its name is meant."""
        cursor = self.cursor
        found = self.vocabulary.nouns.matches(cursor)
        if not found:
            return False
        size, entry = found[0]
        following = cursor.ahead(size)
        if self.vocabulary.measures.found(cursor) and (following.lower in ("by", "of", "and") or following.text == ","):
            return False
        cursor.at += size
        self.resource = entry.meaning
        return True

    def _noun(self) -> None:
        entry = self.vocabulary.nouns.take(self.cursor)
        if entry is None:
            self.cursor.unexpected("unknown_resource")
        else:
            self.resource = entry.meaning

    def _of(self) -> None:
        cursor = self.cursor
        cursor.offer("a resource", self.vocabulary.nouns.offers)
        if self.of and cursor.token.name == self.of:
            cursor.at += 1
        else:
            self._noun()

    def _item(self) -> bool:
        """One thing asked for; False where the rest cannot be read."""
        cursor, start = self.cursor, self.cursor.token.start
        if (
            cursor.token.lower == "count"
            and cursor.ahead(1).lower in ("of", "by", "where", "and", "")
            and cursor.ahead(1).text != "."
        ):
            cursor.at += 1
            self._add(_COUNT, start)
            return True
        function = AGGREGATES.get(cursor.token.lower, "")
        if function:
            word = cursor.token.lower
            cursor.at += 1
            return self._aggregate(word, function, start)
        if self.resource is None and not self.of:
            return self._measure_anywhere()
        if self.resource is None or not self.vocabulary.scope(self.resource).items.matches(cursor):
            found = self._of_domain()
            if found is not None:
                self._add(found, start)
            if found is not None or self.resource is None:
                if found is None and len(cursor.problems) == 0:
                    cursor.unexpected("unknown_name")
                return found is not None
        said_path = path(cursor, self.vocabulary, self.resource, self.vocabulary.scope(self.resource).items)
        if said_path is None:
            cursor.unexpected("unknown_name")
            return False
        node = Path(said_path.names) if isinstance(said_path.end, Measure) else said_path.node(self.vocabulary)
        if node is None:
            self._many(said_path.text, start)
            return True
        self._add(Word(said_path.text, node, ".".join(said_path.names), isinstance(said_path.end, Measure)), start)
        return True

    def _add(self, word: Word, start: int) -> None:
        if any(each.name == word.name for each in self.items):
            self.cursor.problem("asked_twice", f"{word.text} is asked for twice", start, "leave one of them out")
        else:
            self.items.append(word)

    def _many(self, text: str, start: int) -> None:
        message = f"{text} is not one value of a row"
        self.cursor.problem("not_a_value", message, start, f"name one of its attributes: {text}.…")

    def _aggregate(self, word: str, function: str, start: int) -> bool:
        cursor = self.cursor
        if self.resource is None:
            found = self.vocabulary.anywhere.matches(cursor)
            if not found:
                cursor.unexpected("unknown_name")
                return False
            entry = found[0][1]
            if len(entry.meaning) > 1:
                self._ambiguous(f"{word} {said(entry.name)}", [said(each.name) for each in entry.meaning], start)
                return False
            self.resource = entry.meaning[0]
        said_path = path(cursor, self.vocabulary, self.resource)
        if said_path is None:
            cursor.unexpected("unknown_name")
            return False
        node = said_path.node(self.vocabulary)
        if node is None:
            self._many(said_path.text, start)
            return True
        whole = Aggregate(function, node)
        for each in check(whole, self.vocabulary.domain, self.resource, allow_aggregates=True).problems:
            cursor.problem(each.code, each.message, start, each.hint)
        self._add(Word(f"{word} {said_path.text}", whole, f"{word} {'.'.join(said_path.names)}", True), start)
        return True

    def _measure_anywhere(self) -> bool:
        """A measure that does not say of what: the only one of its name, or that of the resource the first one is of."""
        cursor, start = self.cursor, self.cursor.token.start
        found = self.vocabulary.measures.matches(cursor)
        if not found:
            self.vocabulary.anywhere.matches(cursor)
            known = self.vocabulary.anywhere.found(cursor)
            if known:
                names = [said(each.name) for each in known[0][1].meaning]
                message = f"{cursor.token.text} is no measure; an attribute is asked of a resource"
                hint = f"say: {said(known[0][1].name)} of {' or of '.join(names)}"
                cursor.problem("not_a_measure", message, start, hint)
            else:
                cursor.unexpected("unknown_name", hint=self.vocabulary.doing(cursor))
                return not cursor.is_unfinished and self._guessed()
            return False
        size, entry = found[0]
        owner, measure = entry.meaning[0]
        if len(entry.meaning) > 1:
            of = [said(self.vocabulary.domain.name if each is None else each.name) for each, _ in entry.meaning]
            self._ambiguous(said(entry.name), of, start)
            owner = next(each for each, _ in entry.meaning if each is not None)  # so that the rest is read, too
        if owner is None:
            word = self._of_domain()
            if word is None:
                return False
            self._add(word, start)
            return True
        cursor.at += size
        self.resource = owner
        self._add(Word(said(measure.name), Path((measure.name,)), measure.name, True), start)
        return True

    def _guessed(self) -> bool:
        """Whether a measure or resource is called nearly so: then the rest is read as if that had been said."""
        cursor, vocabulary = self.cursor, self.vocabulary
        owners: dict[str, Resource | None] = {
            each: entry.meaning[0][0] for each, entry in vocabulary.measures.entries.items()
        }
        owners |= {each: entry.meaning for each, entry in vocabulary.nouns.entries.items()}
        close = nearest(cursor.token.name, owners, 1)
        self.resource = owners[close[0]] if close else None
        if self.resource is not None:
            cursor.at += 1
        return self.resource is not None

    def _ambiguous(self, text: str, of: list[str], start: int) -> None:
        listed = " or ".join(f"{text} of {each}" for each in of)
        self.cursor.problem("ambiguous_measure", f"{text} is asked of {len(of)} of them: say of which", start, listed)

    def _of_domain(self) -> Word | None:
        """A measure of the domain, asked of the one resource it reads; the measure is taken."""
        cursor, start = self.cursor, self.cursor.token.start
        for size, entry in self.vocabulary.measures.found(cursor):
            measure = next((each for owner, each in entry.meaning if owner is None), None)
            if measure is None:
                continue
            cursor.at += size
            read = owners(measure.expression)
            if len(read) != 1 or not self.vocabulary.domain.has_resource(next(iter(read))):
                message = f"{said(measure.name)} reads rows of {' and of '.join(sorted(read)) or 'nothing'}, which one question cannot"
                cursor.problem("several_resources", message, start, "ask a measure of each")
                return None
            self.resource = self.vocabulary.domain.resource(read.pop())
            if not self.vocabulary.domain.has_resource(self.vocabulary.domain.name):
                self.of = self.vocabulary.domain.name
            return Word(said(measure.name), on_rows(measure.expression), measure.name, True)
        return None

    def _clauses(self, *, by_is_order: bool) -> None:
        cursor, seen = self.cursor, set[str]()
        while not cursor.is_done and cursor.token.lower not in self.stops:
            start, word = cursor.token.start, cursor.word(*(each for each in _CLAUSES if each not in seen))
            if not word:
                twice = cursor.token.lower in seen
                cursor.unexpected(hint="it was said already" if twice else "")
                cursor.at += 1
                cursor.skip(*(each for each in _CLAUSES if each not in seen), *self.stops)
                continue
            seen.add(word)
            problems = len(cursor.problems)
            if word == "by":
                self._listed(self._order if by_is_order else self._group)
            elif word == "where":
                assert self.resource is not None
                self.where = condition(cursor, self.vocabulary, self.resource, (*_CLAUSES, *self.stops))
            elif word == "sorted":
                if cursor.word("by"):
                    self._listed(self._order)
                else:
                    cursor.unexpected()
            else:
                found = cursor.number()
                if found is None:
                    cursor.unexpected()
                elif self.first is not None:
                    cursor.problem(
                        "said_twice", "how many rows are wanted is said twice", start, "leave one of them out"
                    )
                self.first = found
            if len(cursor.problems) > problems:
                cursor.skip(*_CLAUSES, *self.stops)
        for each in _CLAUSES:
            if each not in seen:
                cursor.offer(f"'{each}'", lambda each=each: (Offer("sorted by" if each == "sorted" else each, "word"),))  # type: ignore[misc]

    def _listed(self, one: Callable[[], bool]) -> None:
        while one() and (self.cursor.symbol(",") or self.cursor.word("and")):
            pass

    def _group(self) -> bool:
        """One thing to group by."""
        cursor, resource, start = self.cursor, self.resource, self.cursor.token.start
        assert resource is not None
        grain = step_of_time(cursor)
        scope = self.vocabulary.scope(resource)
        said_path = path(cursor, self.vocabulary, resource, scope.names if grain else scope.groups)
        if said_path is None:
            cursor.unexpected("unknown_name")
            return False
        node = said_path.node(self.vocabulary)
        if node is None:
            self._many(said_path.text, start)
            return True
        text, name = said_path.text, ".".join(said_path.names)
        if grain:
            node = Call("date_trunc", (Constant(grain), node))
            text, name = f"{grain} of {text}", f"{grain} of {name}"
        for each in check(node, self.vocabulary.domain, resource).problems:
            cursor.problem(each.code, each.message, start, each.hint)
        if any(each.name == name for each in self.by):
            cursor.problem("asked_twice", f"{text} is there twice", start, "leave one of them out")
        else:
            self.by.append(Word(text, node, name))
        return True

    def _order(self) -> bool:
        """One thing to sort by: a column of the answer, or of the rows."""
        cursor, resource = self.cursor, self.resource
        assert resource is not None
        word = self._column()
        if word is None:
            if self.is_grouped:
                cursor.unexpected(
                    "unknown_name", hint=f"there are {', '.join(each.text for each in (*self.items, *self.by))}"
                )
                return False
            said_path = path(cursor, self.vocabulary, resource)
            node = None if said_path is None else said_path.node(self.vocabulary)
            if said_path is None or node is None:
                cursor.unexpected("unknown_name")
                return False
            word = Word(said_path.text, node, "")
        down = cursor.word("desc", "descending", "asc", "ascending")
        self.sort.append(Sorted(word.text, word.node, down.startswith("desc")))
        return True

    @property
    def is_grouped(self) -> bool:
        return bool(self.by) or any(each.is_measure for each in self.items)

    def _column(self) -> Word | None:
        """The column of the answer that is named here, taken."""
        items = self.items or ([_COUNT] if self.by else [])
        return column(self.cursor, (*items, *self.by))

    def _ordered(self, top: str) -> None:
        """What ``top`` and ``bottom`` leave unsaid: by the first measure, or the way that ``by`` told, most or least first."""
        if not top:
            return
        if self.sort:
            self.sort = [Sorted(each.text, each.node, top == "top") for each in self.sort]
        elif self.items:
            self.sort = [Sorted(self.items[0].text, self.items[0].node, top == "top")]
        else:
            last = self.cursor.token.start
            self.cursor.problem("no_order", f"the {top} by what is not said", last, f"say: {top} {self.first} … by …")
