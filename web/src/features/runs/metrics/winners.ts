import type { Side } from './inputs'
import { inGroup } from './metric'
import { dailyProfits, streaks } from './parts'
import { greatest, least, mean, ratio, sum } from './stats'
import { falls, gains, winLossRatio } from './trades'

function longest(side: Side, isWin: boolean): number {
  return (
    greatest(
      streaks(side)
        .filter((each) => each.isWin === isWin)
        .map((each) => each.length),
    ) ?? 0
  )
}

export const winnersAndLosers = inGroup('Winners and losers', [
  {
    id: 'average-win',
    name: 'Average win',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'What a winning trade made on average.',
    formula: 'gross profit / winning trades',
    compute: (side) => mean(gains(side)),
  },
  {
    id: 'average-win-ratio',
    name: 'Average win, relative',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'The mean return of winning trades on their stakes.',
    formula: 'mean of returns > 0',
    compute: (side) => mean(side.ratios.filter((value) => value > 0)),
  },
  {
    id: 'average-loss',
    name: 'Average loss',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'What a losing trade lost on average.',
    formula: 'gross loss / losing trades',
    compute: (side) => mean(falls(side)),
  },
  {
    id: 'average-loss-ratio',
    name: 'Average loss, relative',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'The mean return of losing trades on their stakes.',
    formula: 'mean of returns < 0',
    compute: (side) => mean(side.ratios.filter((value) => value < 0)),
  },
  {
    id: 'win-loss-ratio',
    name: 'Profit–loss ratio',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    about: 'How large the average win is, in average losses.',
    formula: 'average win / |average loss|',
    compute: winLossRatio,
  },
  {
    id: 'largest-win',
    name: 'Largest win',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'The best trade’s profit.',
    formula: 'max profit',
    compute: (side) => greatest(gains(side)),
  },
  {
    id: 'largest-win-share',
    name: 'Largest win, of gross profit',
    unit: 'percent',
    better: 'lower',
    scope: 'sides',
    about: 'How much of the gross profit came from one trade: luck has a high share.',
    formula: 'largest win / gross profit',
    compute: (side) => ratio(greatest(gains(side)), sum(gains(side))),
  },
  {
    id: 'largest-loss',
    name: 'Largest loss',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'The worst trade’s loss.',
    formula: 'min profit',
    compute: (side) => least(falls(side)),
  },
  {
    id: 'largest-loss-share',
    name: 'Largest loss, of gross loss',
    unit: 'percent',
    better: 'lower',
    scope: 'sides',
    about: 'How much of the gross loss came from one trade.',
    formula: 'largest loss / gross loss',
    compute: (side) => ratio(least(falls(side)), sum(falls(side))),
  },
  {
    id: 'profit-of-largest-loss',
    name: 'Net profit, of the largest loss',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'How many of the worst losses the net profit would pay for.',
    formula: 'net profit / |largest loss|',
    compute: (side) => {
      const worst = least(falls(side))
      return ratio(sum(side.profits), worst === null ? null : -worst)
    },
  },
  {
    id: 'winning-streak',
    name: 'Longest winning streak',
    unit: 'count',
    better: 'higher',
    scope: 'sides',
    verified: 'max_consecutive_wins',
    about: 'Winning trades in a row, in the order of closing.',
    formula: 'longest run of profit > 0',
    compute: (side) => longest(side, true),
  },
  {
    id: 'losing-streak',
    name: 'Longest losing streak',
    unit: 'count',
    better: 'lower',
    scope: 'sides',
    verified: 'max_consecutive_losses',
    about: 'Trades in a row that did not win, in the order of closing.',
    formula: 'longest run of profit ≤ 0',
    compute: (side) => longest(side, false),
  },
  {
    id: 'current-streak',
    name: 'Streak at the end',
    unit: 'count',
    better: 'higher',
    scope: 'sides',
    about: 'Wins in a row at the end; below zero losses in a row.',
    formula: 'length of the last run, − for losses',
    compute: (side) => {
      const last = streaks(side).at(-1)
      return last === undefined ? 0 : last.isWin ? last.length : -last.length
    },
  },
  ...(
    [
      [
        'best-day',
        'Best day',
        'backtest_best_day_abs',
        'The most that was made on one day.',
        'max',
      ],
      [
        'worst-day',
        'Worst day',
        'backtest_worst_day_abs',
        'The least made, or most lost, on one day.',
        'min',
      ],
    ] as const
  ).map(([id, name, verified, about, of]) => ({
    id,
    name,
    unit: 'money' as const,
    better: 'higher' as const,
    scope: 'sides' as const,
    verified,
    about,
    formula: `${of} over days of the profit of trades closed that day`,
    compute: (side: Side) => (of === 'max' ? greatest : least)(dailyProfits(side)) ?? 0,
  })),
  ...(
    [
      ['winning-days', 'Winning days', 'winning_days', 'higher', (value: number) => value > 0],
      [
        'draw-days',
        'Days without profit or loss',
        'draw_days',
        null,
        (value: number) => value === 0,
      ],
      ['losing-days', 'Losing days', 'losing_days', 'lower', (value: number) => value < 0],
    ] as const
  ).map(([id, name, verified, better, isOne]) => ({
    id,
    name,
    unit: 'count' as const,
    better,
    scope: 'sides' as const,
    verified,
    about: 'Days from the first to the last closed trade, counted by their profit.',
    formula: 'count of days by the sign of Σ profit',
    compute: (side: Side) => dailyProfits(side).filter(isOne).length,
  })),
])
