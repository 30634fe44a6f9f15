"""How often a user may do what; every route that changes something names its action."""

from candlewick.gcp.rate_limits import Allowance

ALLOWANCES = {
    "account": Allowance(burst=20, per_second=0.2),
    "strategy": Allowance(burst=60, per_second=2),
    "draft": Allowance(burst=60, per_second=2),
    "check": Allowance(burst=60, per_second=5),
    "preview": Allowance(burst=60, per_second=3),
    "backtest": Allowance(burst=120, per_second=2),
    "share": Allowance(burst=20, per_second=0.2),
    "bot": Allowance(burst=60, per_second=1),
    "chat": Allowance(burst=20, per_second=0.2),
    "signal": Allowance(burst=10, per_second=0.2),
    "exchange_key": Allowance(burst=10, per_second=0.05),
    "candles": Allowance(burst=120, per_second=10),
    "listing": Allowance(burst=20, per_second=0.05),
    "invitation": Allowance(burst=10, per_second=0.1),
    "checkout": Allowance(burst=10, per_second=0.05),
    "review": Allowance(burst=10, per_second=0.02),
    "report": Allowance(burst=10, per_second=0.01),
    "watch": Allowance(burst=60, per_second=0.5),
}
FLOOD = Allowance(burst=400, per_second=50)
SIGN_INS = Allowance(burst=30, per_second=0.5)
VISITORS = Allowance(burst=120, per_second=5)
