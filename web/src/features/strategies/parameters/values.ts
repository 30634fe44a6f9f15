import type { Parameter, Scalar, Values } from '../api'

/** What the form holds: each parameter's value by its name. */
export type FormValues = Readonly<Record<string, Scalar>>

/** The values that the code sets by itself. */
export function defaultsOf(parameters: readonly Parameter[]): FormValues {
  return Object.fromEntries(parameters.map((item) => [item.name, item.default]))
}

/** The form's values as a set of theirs names them; what the set leaves out stays as the code sets it. */
export function withSet(parameters: readonly Parameter[], set: Values): FormValues {
  return Object.fromEntries(
    parameters.map((item) => {
      const chosen = item.space === null ? undefined : set[item.space]?.[item.name]
      return [item.name, chosen === undefined ? item.default : chosen]
    }),
  )
}

/** The values that differ from the code's own, by space: what a parameter set is made of. */
export function changedValues(parameters: readonly Parameter[], values: FormValues): Values {
  const changed: Record<string, Record<string, Scalar>> = {}
  for (const { name, space, load, ...item } of parameters) {
    const value = values[name]
    if (space === null || !load || value === undefined || value === item.default) continue
    changed[space] = { ...changed[space], [name]: value }
  }
  return changed
}

/** What is wrong with a value, in words; undefined when it is fine. */
export function wrongValue(item: Parameter, value: Scalar | undefined): string | undefined {
  if (item.kind === 'categorical' || item.kind === 'boolean' || value === item.default)
    return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Give a number.'
  if (item.kind === 'int' && !Number.isInteger(value)) return 'Give a whole number.'
  if ((item.low !== null && value < item.low) || (item.high !== null && value > item.high)) {
    return `Give a number from ${item.low ?? '−∞'} to ${item.high ?? '∞'}.`
  }
  return undefined
}

/** The step of a slider: one, the last decimal, or a hundredth of a real range. */
export function stepOf({ kind, low, high, decimals }: Parameter): number {
  if (kind === 'int') return 1
  if (kind === 'decimal') return 10 ** -(decimals ?? 3)
  return low === null || high === null ? 0.01 : (high - low) / 100
}
