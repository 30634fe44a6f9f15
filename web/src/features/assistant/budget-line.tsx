import styles from './assistant.module.css'
import type { Budget, Engine } from './schemas'

const number = new Intl.NumberFormat('en')

/** What is left of the day. The offline parser costs no tokens. */
export function BudgetLine({ budget, engine }: { budget: Budget; engine: Engine }) {
  const { tokens, runs } = budget
  return (
    <p className={styles['budget']}>
      {engine === 'gemini' && (
        <span>
          {number.format(Math.max(0, tokens.limit - tokens.used))} of {number.format(tokens.limit)}{' '}
          tokens left,{' '}
        </span>
      )}
      <span>
        {number.format(Math.max(0, runs.limit - runs.used))} of {number.format(runs.limit)}{' '}
        backtests left today (UTC)
      </span>
    </p>
  )
}
