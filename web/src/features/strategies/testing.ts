import type { Check, Draft, Parameter, ParameterSet, Strategy, StrategyRun, Version } from './api'

/** Valid views for component tests, overridable by field. */
export function aStrategy(changes: Partial<Strategy> = {}): Strategy {
  return {
    id: 's1',
    name: 'Buyer',
    createdAt: '2026-01-05T12:00:00Z',
    updatedAt: '2026-01-05T12:00:00Z',
    archivedAt: null,
    latestVersion: 2,
    forkedFrom: null,
    ...changes,
  }
}

export function aParameter(changes: Partial<Parameter> = {}): Parameter {
  return {
    name: 'buy_rsi',
    kind: 'int',
    space: 'buy',
    low: 10,
    high: 40,
    default: 30,
    decimals: null,
    options: [],
    optimize: true,
    load: true,
    line: 3,
    ...changes,
  }
}

export function aCheck(changes: Partial<Check> = {}): Check {
  return {
    isRunnable: true,
    className: 'Buyer',
    timeframe: '5m',
    startupCandleCount: 30,
    canShort: false,
    parameters: [],
    findings: [],
    ...changes,
  }
}

export function aVersion(changes: Partial<Version> = {}): Version {
  return {
    strategyId: 's1',
    number: 2,
    codeHash: 'c0de',
    codeBytes: 5,
    code: 'x = 2',
    parameters: null,
    note: 'second',
    check: aCheck(),
    createdAt: '2026-01-05T12:00:00Z',
    ...changes,
  }
}

export function aRun(changes: Partial<StrategyRun> = {}): StrategyRun {
  return {
    id: 'r1',
    state: 'succeeded',
    createdAt: '2026-01-05T12:00:00Z',
    strategy: { id: 's1', version: 2 },
    spec: { exchange: 'simulated', pairs: ['BTC/USDT'], timeframe: '5m', wallet: '1000' },
    headline: { final_balance: 1051.2 },
    ...changes,
  }
}

export function aSet(changes: Partial<ParameterSet> = {}): ParameterSet {
  return {
    id: 'set1',
    strategyId: 's1',
    version: 2,
    name: 'Cautious',
    parameters: { buy: { buy_rsi: 20 } },
    createdAt: '2026-01-05T12:00:00Z',
    ...changes,
  }
}

export function aDraft(changes: Partial<Draft> = {}): Draft {
  return { code: null, baseVersion: null, revision: 0, savedAt: null, ...changes }
}
