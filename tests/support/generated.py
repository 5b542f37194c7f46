"""How many examples property tests generate: the profile that Hypothesis runs by decides it for all."""

from __future__ import annotations

from hypothesis import settings

_USUAL = 100


def examples(number: int) -> settings:
    """Decorate a test that needs another number of examples than most.

    It is the number in a profile whose ``max_examples`` is 100, and grows with that.
    """
    return settings(max_examples=max(1, number * settings().max_examples // _USUAL))
