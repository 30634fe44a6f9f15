"""Why a result is not believed."""

from candlewick.errors import AppError


class ResultRefused(AppError):
    """The archive contradicts itself, the request or the platform's candles. Holds every reason found."""

    code, status = "result_refused", 422

    def __init__(self, reasons: list[str]) -> None:
        shown = reasons[:5]
        more = f" (and {len(reasons) - len(shown)} more)" if len(reasons) > len(shown) else ""
        super().__init__(f"The result is not true: {'; '.join(shown)}{more}.")
        self.reasons = tuple(reasons)


class Findings:
    """Collects contradictions, so that a user sees all of them and not the first."""

    _MOST = 100

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def require(self, *, holds: bool, otherwise: str) -> None:
        if not holds and len(self._reasons) < self._MOST:
            self._reasons.append(otherwise)

    def settle(self) -> None:
        """Raise `ResultRefused` if anything was found."""
        if self._reasons:
            raise ResultRefused(self._reasons)
