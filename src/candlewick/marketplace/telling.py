"""What a listed strategy does, in one sentence."""

from candlewick.errors import Invalid


def sentence_of(code: str) -> str:
    """Return what the strategy does; empty where its code is not made of the builder's blocks alone."""
    # The marketplace's pages need neither, and libcst is slow to import.
    from candlewick.specs.base import CodeBlock  # noqa: PLC0415
    from candlewick.specs.reading_code import read_code  # noqa: PLC0415
    from candlewick.specs.sentences import describe  # noqa: PLC0415

    try:
        spec = read_code(code)
    except Invalid:
        return ""
    parts = (*spec.indicators, *spec.entries, *spec.exits)
    has_code = bool(spec.code) or any(isinstance(part, CodeBlock) for part in parts)
    return "" if has_code or not spec.entries else describe(spec)
