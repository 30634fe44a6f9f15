import { Plus } from 'lucide-react'

import { Button } from '@/components/ui/button'

import { useBuilder } from '../context'
import { newRule } from '../model/making'
import { insert } from '../model/paths'
import type { Spec } from '../model/spec'
import { CodeChunk } from '../parts/code-chunk'
import styles from './conditions.module.css'
import { RuleBlock } from './rule-block'

export type Way = 'entries' | 'exits'

const WORDS = {
  entries: {
    title: 'Enter',
    empty: 'Nothing opens a trade yet.',
    verbs: { long: 'buy', short: 'sell short' },
  },
  exits: {
    title: 'Exit',
    empty: 'No rule closes trades: targets and the stop loss below do.',
    verbs: { long: 'sell', short: 'buy back' },
  },
} as const

/** The rules that open trades, or those that close them. */
export function Rules({ way }: { way: Way }) {
  const { spec, registry, edit, announce, openExamples } = useBuilder()
  const steps: Spec[Way] = spec[way]
  const { title, empty, verbs } = WORDS[way]
  const add = (side: 'long' | 'short') => {
    edit((before) =>
      insert(before, way, before[way].length, newRule(before, registry, { way, side })),
    )
    announce(`Added a rule to ${verbs[side]}.`)
  }
  return (
    <section aria-labelledby={`rules-${way}`} className={styles['rules']}>
      <h2 id={`rules-${way}`}>{title}</h2>
      {steps.length === 0 && (
        <div className={styles['empty']}>
          <p>{empty}</p>
          {way === 'entries' && (
            <Button look="quiet" onClick={openExamples}>
              Start from an example
            </Button>
          )}
        </div>
      )}
      <ol className={styles['rules']} aria-label={`${title} rules`}>
        {steps.map((step, index) =>
          step.kind === 'rule' ? (
            <RuleBlock key={index} path={`${way}.${index}`} way={way} rule={step} verbs={verbs} />
          ) : (
            <li key={index}>
              <CodeChunk code={step.code} />
            </li>
          ),
        )}
      </ol>
      <div className={styles['adders']}>
        <button type="button" className={styles['add']} onClick={() => add('long')}>
          <Plus size={14} aria-hidden /> Rule to {verbs.long}
        </button>
        {spec.can_short && (
          <button type="button" className={styles['add']} onClick={() => add('short')}>
            <Plus size={14} aria-hidden /> Rule to {verbs.short}
          </button>
        )}
      </div>
    </section>
  )
}
