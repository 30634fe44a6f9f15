/**
 * Writes the landing page's picture: the newest verified result on real candles of the demo's user.
 * Needs the local stack (`make up`) after `make demo`. Usage: node scripts/sample-result.js
 */
import fs from 'node:fs'

import { demoToken, getJson } from './stack.js'

const POINTS = 240
const target = new URL('../src/features/landing/sample-result.json', import.meta.url)

const token = await demoToken()
const { items } = await getJson('/backtests?state=succeeded&size=100', token)
const run = items.find((each) => !each.isSimulated)
if (run === undefined)
  throw new Error('No result on real candles: run `make demo` with candles first.')
const equity = await getJson(`/backtests/${run.id}/equity?points=${POINTS}`, token)
const wallet = Number(run.spec.wallet)
const round = (value) => Math.round(value * 1e5) / 1e5

const sample = {
  strategy: run.strategy.name,
  exchange: run.spec.exchange,
  pairs: run.spec.pairs.length,
  timeframe: run.spec.timeframe,
  start: run.spec.start,
  end: run.spec.end,
  identity: run.identity,
  headline: {
    profit: round(run.headline.profit_total),
    drawdown: round(run.headline.max_drawdown),
    trades: run.headline.total_trades,
    winRate: round(run.headline.winrate),
  },
  equity: equity.balance.map((value) => round(value / wallet)),
  market: equity.market.map(round),
}
fs.writeFileSync(target, JSON.stringify(sample) + '\n')
console.log(`${run.id}: ${sample.equity.length} points, profit ${sample.headline.profit}`)
