"""A domain as text for others: one module a target, each said to be lossless or told what it lost."""

from __future__ import annotations

__all__: list[str] = []
