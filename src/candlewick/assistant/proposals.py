"""Makes a proposal of a spec: its code, what changes, and what the checks say."""

from candlewick.assistant.parts import Changes, Proposal
from candlewick.specs.compiler import compile_spec
from candlewick.specs.models import StrategySpec
from candlewick.specs.sentences import describe
from candlewick.strategies.checks import check_code
from candlewick.strategies.diff import diff_code
from candlewick.strategies.models import CheckReport

_MAX_UNIFIED = 200_000
_MAX_FINDINGS = 20


def propose(spec: StrategySpec, current: str, understood: tuple[str, ...]) -> Proposal:
    """Return the proposal of `spec` against the current code. Nothing is saved."""
    code = compile_spec(spec)
    diff = diff_code(current, code, labels=("now", "proposed"))
    return Proposal(
        spec=spec.model_dump(mode="json", exclude_none=True),
        code=code,
        diff=Changes(added=diff.added, removed=diff.removed, unified=diff.unified[:_MAX_UNIFIED]),
        sentence=describe(spec),
        understood=understood,
        findings=findings_of(check_code(code)),
    )


def findings_of(report: CheckReport) -> tuple[str, ...]:
    return tuple(
        f"line {item.line}: {item.severity}: {item.message} {item.advice}"
        for item in report.findings[:_MAX_FINDINGS]
    )
