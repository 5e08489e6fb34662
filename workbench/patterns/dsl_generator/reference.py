"""The reference page of a domain's language: its words, what each means, how they are put together, and examples that run."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill
from typing import Any

from workbench.model import Resource
from workbench.patterns.dsl_generator.examples import Examples
from workbench.patterns.dsl_generator.vocabulary import GRAINS, Verb, Vocabulary
from workbench.patterns.dsl_generator.words import AGGREGATES, Entry, Phrases, noun_forms, said
from workbench.views import Code, Column, Stack, Table, Text, View, counted

__all__ = ["about", "grammar_text", "page"]

_FORMS = """\
text      = question | command ;
question  = [("top" | "bottom") N] asked {clause} ;
asked     = noun | "how many" noun | item {("," | "and") item} ["of" noun] ;
item      = measure | "count" | aggregate path | path ;
clause    = "by" group {"," group} | "where" condition | "sorted by" order {"," order} | "first" N ;
group     = dimension | path | step "of" path ;
order     = (item | group | path) ["desc" | "asc"] ;
path      = name {[" " | "."] name} ;
command   = verb noun [which] ["with" given] ;
which     = value | "(" value {"," value} ")" | "with" given | "where" condition ;
given     = name (value | "(" given ")") {"," given} ;
value     = N | 'text' | 2026-01-31 | 2026-01-31T09:30:00Z | "true" | "false" | "null" ;
condition = an expression, in which a path may be spoken and a moment written bare ;

scenarios = ["background" {step}] {"scenario" "title" {step}} ;
step      = "given" (records | who | command) | "when" (command | who) | "then" ["expect"] expected
          | "expect" expected | ("and" | "but") what may follow the word before ;
records   = noun "with" given | noun table ;
who       = ("actor" | "context") "with" given | "tenant" value ;
expected  = noun which ("is" ["not"] state | "has" given | "exists") | "no" noun which
          | (N | "no") noun ["where" condition] | question table | question "to be" value
          | "refused" ["by" rule | 'message'] ;

"""


def grammar_text(vocabulary: Vocabulary) -> str:
    """The grammar in EBNF, with the words of the domain."""
    scopes = [vocabulary.scope(each) for each in vocabulary.domain.all_resources]
    names = dict.fromkeys(name for scope in scopes for name in scope.names.entries)
    states = dict.fromkeys(state for scope in scopes for state in scope.states)
    words: dict[str, Iterable[str]] = {
        "noun": vocabulary.nouns.entries,
        "verb": vocabulary.verbs.entries,
        "measure": vocabulary.measures.entries,
        "name": names,
        "state": states,
        "aggregate": AGGREGATES,
        "step": GRAINS,
    }
    return _FORMS + "\n".join(_listed(name, map(said, each)) for name, each in words.items()) + "\n"


def _listed(name: str, words: Iterable[str]) -> str:
    text = f"{name:10}= {' | '.join(words) or 'there are none'} ;"
    return fill(text, 96, subsequent_indent=" " * 12, break_long_words=False, break_on_hyphens=False)


def page(vocabulary: Vocabulary, examples: Examples) -> View:
    """Everything that can be said in the domain."""
    domain = vocabulary.domain
    told = {
        kind: tuple(each.text for each in examples.all if each.kind == kind)
        for kind in ("question", "command", "scenario")
    }
    parts: list[View] = [
        Text(
            f"Questions, commands and scenarios about {domain.label or domain.name}. A name is said as it is written, in words "
            "(placed at for placed_at), by its label, and a resource in the singular or plural; in double quotes where it is a word of "
            "the language itself. Texts stand in single quotes."
        ),
        _nouns(vocabulary),
        _verbs(vocabulary),
        _measures(vocabulary),
        Stack("Questions", (Code("\n".join(told["question"])),)),
        Stack("Commands", (Code("\n".join(told["command"])),)),
    ]
    parts += [Stack("Scenarios", (Code("\n\n".join(told["scenario"])),))] if told["scenario"] else []
    open_parts = len(parts)
    parts += [of_resource(vocabulary, each) for each in domain.all_resources]
    parts.append(Stack("Grammar", (Code(grammar_text(vocabulary), "ebnf"),)))
    folded = tuple(place >= open_parts for place in range(len(parts)))
    return Stack(
        f"The language of {domain.name}", tuple(parts), detail=counted(len(domain.all_resources), "noun"), folded=folded
    )


def _nouns(vocabulary: Vocabulary) -> View:
    rows = []
    for each in vocabulary.nouns.entries.values():
        also = ", ".join(form for form in noun_forms(each.name, each.meaning.label) if form != each.name)
        rows.append((said(each.name), also or None, each.detail or None))
    return Table((Column("noun", "code"), Column("also"), Column("what it is")), tuple(rows), "Nouns")


def _verbs(vocabulary: Vocabulary) -> View:
    columns = (Column("verb", "code"), Column("also"), Column("done to"), Column("takes"))
    found = vocabulary.verbs.entries.values()
    rows = ((said(e.name), ", ".join(e.also) or None, e.detail, _takes(e.meaning) or None) for e in found)
    return Table(columns, tuple(rows), "Verbs")


def _takes(about_: dict[str, Verb]) -> str:
    found = dict.fromkeys(
        each.name for verb in about_.values() for each in (verb.declared.arguments if verb.declared is not None else ())
    )
    return ", ".join(map(said, found))


def _measures(vocabulary: Vocabulary) -> View:
    rows = tuple(
        (
            said(entry.name),
            said(vocabulary.domain.name if owner is None else owner.name),
            str(each.expression),
            each.unit or None,
        )
        for entry in vocabulary.measures.entries.values()
        for owner, each in entry.meaning
    )
    return Table(
        (Column("measure", "code"), Column("of", "code"), Column("is", "code"), Column("unit")), rows, "Measures"
    )


def of_resource(vocabulary: Vocabulary, resource: Resource) -> View:
    """The words that belong to one resource."""
    scope = vocabulary.scope(resource)
    entries = {**scope.groups.entries, **scope.items.entries}
    rows = tuple((said(each.name), each.kind, ", ".join(each.also) or None, each.detail) for each in entries.values())
    return Table(
        (Column("word", "code"), Column("kind"), Column("also"), Column("what it is")),
        rows,
        f"Words of {resource.name}",
    )


def about(word: str, vocabulary: Vocabulary, examples: Examples) -> View | None:
    """What a word means, wherever it means something; None where it means nothing."""
    name = word[1:-1].replace('""', '"') if word[:1] == '"' else word
    parts: list[View] = []
    noun = _entry(vocabulary.nouns, name)
    if noun is not None:
        told = "\n".join(each.text for each in (*examples.questions(noun.meaning), *examples.commands(noun.meaning)))
        parts += [of_resource(vocabulary, noun.meaning), Code(told)]
    verb = _entry(vocabulary.verbs, name)
    if verb is not None:
        takes = _takes(verb.meaning)
        parts.append(Text(f"{said(verb.name)}: a verb, done to {verb.detail}" + f", with {takes}" * bool(takes)))
        some = next(iter(verb.meaning.values())).resource
        parts += [Code(each.text) for each in examples.commands(some) if each.text.startswith(f"{said(verb.name)} ")]
    measure = _entry(vocabulary.measures, name)
    for owner, each in () if measure is None else measure.meaning:
        of = vocabulary.domain.name if owner is None else owner.name
        parts.append(
            Text(
                f"{said(each.name)} of {said(of)}: {each.expression}"
                + f" ({each.description})" * bool(each.description)
            )
        )
    anywhere = _entry(vocabulary.anywhere, name)
    for resource in () if anywhere is None else anywhere.meaning:
        entry = vocabulary.scope(resource).names.entries[anywhere.name]  # type: ignore[union-attr]
        parts.append(Text(f"{said(entry.name)} of {said(resource.name)}: {entry.kind}, {entry.detail}"))
    return Stack(name, tuple(parts)) if parts else None


def _entry(phrases: Phrases[Any], name: str) -> Entry[Any] | None:
    """The entry a name, or one of its other forms, means."""
    if name in phrases.entries:
        return phrases.entries[name]
    wanted = name.casefold()
    return next((e for e in phrases.entries.values() if wanted in map(str.casefold, (e.name, *e.also))), None)
