import { type Registry, indicatorsOn } from './registry'
import type { Condition, IndicatorUse, Num, Operand, Spec } from './spec'

export const SIGN_WORDS = {
  '>': 'is above',
  '>=': 'is at or above',
  '<': 'is below',
  '<=': 'is at or below',
  '==': 'equals',
  '!=': 'differs from',
} as const

export const KIND_WORDS = {
  compare: ['Compare', 'One value is above, below or equal to another.'],
  crosses: ['Cross', 'One value comes through another in this candle.'],
  moves: ['Rise or fall', 'A value goes one way for some candles.'],
  between: ['Between', 'A value lies between two others.'],
  distance: ['Distance', 'A value is some percent away from another.'],
  pattern: ['Candle pattern', 'The last candles form a known picture.'],
  time: ['Time of day', 'The candle opened within some hours, UTC.'],
  weekdays: ['Weekdays', 'The candle opened on one of some days.'],
  switch: ['Switch', 'A parameter that is on or off; hyperopt may try both.'],
  any: ['Any of', 'At least one of some conditions holds.'],
  not: ['Not', 'A condition does not hold.'],
  within: ['Recently', 'A condition held in one of the last candles.'],
} as const

export const DAY_WORDS = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
} as const

export function numberText(value: Num): string {
  return typeof value === 'number' ? String(value) : value.name
}

/** What an indicator is called and with what: `ema(12)`. */
export function indicatorText(use: IndicatorUse): string {
  const settings = Object.values(use.settings).map(numberText).join(', ')
  return settings === '' ? use.indicator : `${use.indicator}(${settings})`
}

/** An operand in a few words: what stands on its button. `detail` says more in a quieter voice. */
export function operandText(
  operand: Operand,
  spec: Spec,
  registry: Registry,
): { text: string; detail: string } {
  if (typeof operand === 'number') return { text: String(operand), detail: '' }
  if (operand.kind === 'parameter') {
    const value = spec.parameters.find(({ name }) => name === operand.name)?.default
    return { text: operand.name, detail: value === undefined ? '' : String(value) }
  }
  if (operand.kind === 'math') {
    const left = operandText(operand.left, spec, registry).text
    const right = operandText(operand.right, spec, registry).text
    return {
      text: `(${left} ${operand.sign.replace('*', '×').replace('/', '÷')} ${right})`,
      detail: '',
    }
  }
  const place = [
    operand.frame === undefined ? '' : `on ${operand.frame}`,
    operand.ago === 0 ? '' : `${numberText(operand.ago)} ago`,
  ]
  if (operand.kind === 'price')
    return { text: operand.field, detail: place.filter(Boolean).join(', ') }
  const use = indicatorsOn(spec, operand.frame).find(({ name }) => name === operand.name)
  if (use === undefined) return { text: operand.name, detail: place.filter(Boolean).join(', ') }
  const outputs = registry.get(use.indicator)?.outputs ?? []
  const output = outputs.find(({ name }) => name === operand.output)?.title ?? operand.output
  const isNamed = use.name !== use.indicator
  const text = [
    isNamed ? use.name : indicatorText(use),
    outputs.length > 1 ? output.toLowerCase() : '',
  ]
  const detail = [isNamed ? indicatorText(use) : '', ...place]
  return { text: text.filter(Boolean).join(' '), detail: detail.filter(Boolean).join(', ') }
}

/** A condition in a few words, for names of buttons and announcements. */
export function conditionText(condition: Condition, spec: Spec, registry: Registry): string {
  const of = (operand: Operand) => operandText(operand, spec, registry).text
  switch (condition.kind) {
    case 'compare':
      return `${of(condition.left)} ${SIGN_WORDS[condition.sign]} ${of(condition.right)}`
    case 'crosses':
      return `${of(condition.left)} crosses ${condition.direction} ${of(condition.right)}`
    case 'moves':
      return `${of(condition.operand)} ${condition.direction}`
    case 'between':
      return `${of(condition.operand)} between ${of(condition.low)} and ${of(condition.high)}`
    case 'distance':
      return `${of(condition.operand)} ${numberText(condition.percent)} % ${condition.side} ${of(condition.reference)}`
    case 'pattern':
      return `${condition.direction} ${condition.name}`
    case 'time':
      return `from ${condition.start} to ${condition.end}`
    case 'weekdays':
      return condition.days.map((day) => DAY_WORDS[day]).join(', ')
    case 'switch':
      return `${condition.name} is on`
    case 'code':
      return 'code'
    case 'all':
    case 'any':
      return `${condition.kind} of ${condition.conditions.length}`
    case 'not':
      return `not ${conditionText(condition.condition, spec, registry)}`
    case 'within':
      return `recently ${conditionText(condition.condition, spec, registry)}`
  }
}
