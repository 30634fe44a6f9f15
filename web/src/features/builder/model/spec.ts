import { z } from 'zod'

/** The strategy spec, as the server's model has it: what is edited here is what it compiles. */

// prettier-ignore
export const TIMEFRAMES = [
  '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w',
] as const
export const SIGNS = ['>', '>=', '<', '<=', '==', '!='] as const
export const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const parameterUse = z.object({ kind: z.literal('parameter'), name: z.string() })
export type ParameterUse = z.infer<typeof parameterUse>
/** A number, or a parameter in its place. */
const num = z.union([z.number(), parameterUse])
export type Num = z.infer<typeof num>

const codeBlock = z.object({ kind: z.literal('code'), code: z.string() })
export type CodeBlock = z.infer<typeof codeBlock>

const price = z.object({
  kind: z.literal('price'),
  field: z.enum(FIELDS),
  frame: z.string().optional(),
  ago: num,
})
export type Price = z.infer<typeof price>

const indicatorValue = z.object({
  kind: z.literal('indicator'),
  name: z.string(),
  output: z.string(),
  frame: z.string().optional(),
  ago: num,
})
export type IndicatorValue = z.infer<typeof indicatorValue>
export type Column = Price | IndicatorValue

export interface MathOperand {
  kind: 'math'
  sign: '+' | '-' | '*' | '/'
  left: Operand
  right: Operand
}
export type Operand = number | ParameterUse | Column | MathOperand

const math: z.ZodType<MathOperand> = z.object({
  kind: z.literal('math'),
  sign: z.enum(['+', '-', '*', '/']),
  get left() {
    return operand
  },
  get right() {
    return operand
  },
})
const operand: z.ZodType<Operand> = z.union([z.number(), parameterUse, price, indicatorValue, math])

const leaves = [
  z.object({
    kind: z.literal('compare'),
    left: operand,
    sign: z.enum(SIGNS),
    right: operand,
  }),
  z.object({
    kind: z.literal('crosses'),
    left: operand,
    direction: z.enum(['above', 'below']),
    right: operand,
  }),
  z.object({
    kind: z.literal('moves'),
    operand,
    direction: z.enum(['rising', 'falling']),
    candles: num,
  }),
  z.object({ kind: z.literal('between'), operand, low: operand, high: operand }),
  z.object({
    kind: z.literal('distance'),
    operand,
    reference: operand,
    side: z.enum(['above', 'below', 'near']),
    percent: num,
  }),
  z.object({
    kind: z.literal('pattern'),
    name: z.string(),
    direction: z.enum(['bullish', 'bearish']),
    frame: z.string().optional(),
  }),
  z.object({ kind: z.literal('time'), start: z.string(), end: z.string() }),
  z.object({ kind: z.literal('switch'), name: z.string() }),
  z.object({ kind: z.literal('weekdays'), days: z.array(z.enum(WEEKDAYS)) }),
  codeBlock,
] as const
const leaf = z.union(leaves)
export type Leaf = z.infer<typeof leaf>

export interface Group {
  kind: 'all' | 'any'
  conditions: Condition[]
}
export interface Not {
  kind: 'not'
  condition: Condition
}
export interface Within {
  kind: 'within'
  condition: Condition
  candles: Num
}
export type Condition = Leaf | Group | Not | Within
export type ConditionKind = Condition['kind']

const condition: z.ZodType<Condition> = z.union([
  leaf,
  z.object({
    kind: z.enum(['all', 'any']),
    get conditions() {
      return z.array(condition)
    },
  }),
  z.object({
    kind: z.literal('not'),
    get condition() {
      return condition
    },
  }),
  z.object({
    kind: z.literal('within'),
    candles: num,
    get condition() {
      return condition
    },
  }),
])

const rule = z.object({
  kind: z.literal('rule'),
  tag: z.string(),
  side: z.enum(['long', 'short']),
  when: condition,
})
export type Rule = z.infer<typeof rule>
export type Step = Rule | CodeBlock

const aboutParameter = {
  name: z.string(),
  space: z.enum(['buy', 'sell', 'protection']),
  optimize: z.boolean(),
}
const parameter = z.union([
  z.object({
    ...aboutParameter,
    kind: z.literal('int'),
    low: z.number(),
    high: z.number(),
    default: z.number(),
  }),
  z.object({
    ...aboutParameter,
    kind: z.literal('decimal'),
    low: z.number(),
    high: z.number(),
    default: z.number(),
    decimals: z.number(),
  }),
  z.object({
    ...aboutParameter,
    kind: z.literal('choice'),
    options: z.array(z.number()),
    default: z.number(),
  }),
  z.object({ ...aboutParameter, kind: z.literal('bool'), default: z.boolean() }),
])
export type Parameter = z.infer<typeof parameter>
export type NumberParameter = Exclude<Parameter, { kind: 'bool' }>

const indicatorUse = z.object({
  kind: z.literal('indicator'),
  name: z.string(),
  indicator: z.string(),
  settings: z.record(z.string(), num),
  source: z.union([price, indicatorValue]),
})
export type IndicatorUse = z.infer<typeof indicatorUse>
const computed = z.array(z.union([indicatorUse, codeBlock]))
export type Computed = IndicatorUse | CodeBlock

const informative = z.object({
  name: z.string(),
  timeframe: z.enum(TIMEFRAMES),
  pair: z.string().optional(),
  indicators: computed,
})
export type Informative = z.infer<typeof informative>

const trailing = z.object({
  distance: z.number().optional(),
  offset: z.number(),
  only_after_offset: z.boolean(),
})
export type Trailing = z.infer<typeof trailing>

const risk = z.object({
  targets: z.array(z.object({ minutes: z.number(), profit: z.number() })),
  stop_loss: z.number(),
  trailing: trailing.optional(),
  steps: z.array(z.object({ profit: num, lock: num })),
  range_stop: z.object({ indicator: z.string(), times: num }).optional(),
  time_stop: z.object({ minutes: num, unless_above: num }).optional(),
})
export type Risk = z.infer<typeof risk>

const position = z.object({
  size: z.object({ kind: z.enum(['share', 'risk']), share: num }).optional(),
  added: z.array(z.object({ drop: num, size: num })),
  leverage: num.optional(),
})
export type Position = z.infer<typeof position>

const guard = { lookback: num, trades: num, stop: num }
const protection = z.union([
  z.object({ kind: z.literal('cooldown'), stop: num }),
  z.object({ kind: z.literal('stop_guard'), ...guard, per_pair: z.boolean() }),
  z.object({ kind: z.literal('drawdown_guard'), ...guard, drawdown: num }),
  z.object({ kind: z.literal('low_profit_guard'), ...guard, profit: num }),
])
export type Protection = z.infer<typeof protection>

const orderType = z.enum(['limit', 'market'])
const orders = z.object({
  entry: orderType,
  exit: orderType,
  stop_loss: orderType,
  stop_on_exchange: z.boolean(),
})
export type Orders = z.infer<typeof orders>

const classCode = z.object({
  place: z.enum(['module', 'class']),
  after: z.string(),
  code: z.string(),
})
export type ClassCode = z.infer<typeof classCode>

const steps = z.array(z.union([rule, codeBlock]))

export const specSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  description: z.string(),
  timeframe: z.enum(TIMEFRAMES),
  can_short: z.boolean(),
  startup_candles: z.number().optional(),
  parameters: z.array(parameter),
  informatives: z.array(informative),
  indicators: computed,
  entries: steps,
  exits: steps,
  risk,
  position,
  protections: z.array(protection),
  orders: orders.optional(),
  code: z.array(classCode),
})
export type Spec = z.infer<typeof specSchema>
