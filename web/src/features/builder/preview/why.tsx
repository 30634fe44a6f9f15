import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, X } from 'lucide-react'

import { Problem } from '@/components/ui/problem'
import { formatPrice } from '@/lib/format'

import { get } from '../model/paths'
import type { Condition, Spec } from '../model/spec'
import { type ExplainedNode, type Explanation, type Market, previewQueries } from './api'
import styles from './preview.module.css'

interface WhyProps {
  spec: Spec
  market: Market
  revision: string
  at: number
}

const moment = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** Each condition of each rule at one candle: what it looked at, and whether it held. */
export function Why({ spec, market, revision, at }: WhyProps) {
  const found = useQuery({
    ...previewQueries.explanation(spec, market, revision, at),
    placeholderData: (before) => before,
  })
  return (
    <section aria-labelledby="why-title" className={styles['why']}>
      <h3 id="why-title">Why (no) trade at {moment.format(at)} UTC?</h3>
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      <div aria-live="polite">
        {found.data?.isWarmingUp === true && (
          <p className={styles['muted']}>Indicators are warming up here.</p>
        )}
        {found.data?.rules.map((rule) => (
          <RuleTruth key={rule.path} rule={rule} spec={spec} />
        ))}
        {found.data?.rules.length === 0 && (
          <p className={styles['muted']}>There are no rules yet.</p>
        )}
      </div>
    </section>
  )
}

const VERBS = {
  enter: { long: 'Buy', short: 'Sell short' },
  exit: { long: 'Sell', short: 'Buy back' },
} as const

function RuleTruth({ rule, spec }: { rule: Explanation['rules'][number]; spec: Spec }) {
  const verb = rule.side === null ? 'Code' : VERBS[rule.way][rule.side]
  const outcome = rule.holds === null ? 'only code can tell' : rule.holds ? 'yes' : 'no'
  return (
    <details className={styles['rule']} open>
      <summary>
        <Truth holds={rule.holds} />
        <span>
          {verb}
          {rule.tag !== null && ` (${rule.tag})`}: <strong>{outcome}</strong>
        </span>
      </summary>
      <ul className={styles['tree']}>
        <Node node={rule.when} spec={spec} />
      </ul>
    </details>
  )
}

const GROUPS: Readonly<Record<string, string>> = {
  all: 'All of these',
  any: 'Any of these',
  not: 'It does not hold that',
  within: 'Lately it held that',
}

function Node({ node, spec }: { node: ExplainedNode; spec: Spec }) {
  const kind = (get(spec, node.path) as Condition | undefined)?.kind ?? ''
  return (
    <li>
      <div className={styles['node']}>
        <Truth holds={node.holds} />
        <span>
          {GROUPS[kind] ?? node.text}
          {node.operands.length > 0 && (
            <span className={styles['values']}>
              {node.operands.map(({ text, value }) => (
                <span key={text}>
                  {text} = <b>{value === null ? 'nothing yet' : formatPrice(value)}</b>
                </span>
              ))}
            </span>
          )}
        </span>
      </div>
      {node.conditions.length > 0 && (
        <ul className={styles['tree']}>
          {node.conditions.map((inner) => (
            <Node key={inner.path} node={inner} spec={spec} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Truth({ holds }: { holds: boolean | null }) {
  const [Icon, word, tone] =
    holds === null
      ? [CircleHelp, 'Unknown', 'unknown']
      : holds
        ? [Check, 'Holds', 'yes']
        : [X, 'Does not hold', 'no']
  return (
    <span className={styles['truth']} data-tone={tone}>
      <Icon size={14} aria-hidden />
      <span className="visually-hidden">{word}: </span>
    </span>
  )
}
