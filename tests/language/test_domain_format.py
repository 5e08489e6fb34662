"""The domain language: what is written is read back equal."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.strategies import domains
from workbench.language.domain_format import dumps, loads
from workbench.model import Domain


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(domains())
def test_a_domain_is_read_back_as_it_was_written(domain: Domain) -> None:
    """No domain loses anything on its way through text."""
    assert loads(dumps(domain)) == domain
