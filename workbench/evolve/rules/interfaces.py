"""Rules for what stands at the edge: interfaces as designed, sources, and how reports cut time."""

from __future__ import annotations

from workbench.evolve.rules.rule import Edit, rule

__all__: list[str] = []


@rule("breaking", "remove contracts", "remove endpoints", hint="deprecate it, say until when, then remove it")
def endpoint_removed(edit: Edit) -> str | None:
    """Part of an interface is gone."""
    return "clients that call it fail"


@rule("breaking", *(f"set endpoints.{each}" for each in ("method", "path", "resource", "action")), hint="add a new endpoint beside it")  # fmt: skip
def endpoint_changed(edit: Edit) -> str | None:
    """An endpoint stands elsewhere, or does something else."""
    return "clients that call it as before fail, or do something else"


@rule("safe", "set endpoints.since", "set endpoints.deprecated", "set contracts.version")
def endpoint_announced(edit: Edit) -> str | None:
    """What an interface says about itself changes."""
    return "clients go on as before, and are told"


@rule("risky", "set endpoints.until", hint="tell the clients that still call it")
def endpoint_end_changed(edit: Edit) -> str | None:
    """The end of an endpoint is announced, moved or taken back."""
    return "clients have another time to leave it"


@rule("risky", "remove sources", *(f"set sources.{each}" for each in ("kind", "location", "resource", "table", "fields")), hint="infer or check again with the source")  # fmt: skip
def source_changed(edit: Edit) -> str | None:
    """Data is read from elsewhere, or no longer."""
    return "rows come from elsewhere, or no longer come"


@rule("risky", "set domains.time_zone", hint="compare the figures of a few days before and after")
def time_zone_changed(edit: Edit) -> str | None:
    """Reports cut days and months in another zone."""
    return "rows near midnight fall into other days, and figures by day and month change"
