import { CircleAlert, CircleCheck, CircleHelp, CircleX, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import { Panel } from '@/components/ui/panel'
import { formatPercent, plural } from '@/lib/format'

import type { Finding, Trust } from './api'
import { FanChart } from './fan-chart'
import styles from './trust.module.css'

const GRADES = {
  A: 'Nothing speaks against it.',
  B: 'Nothing that was looked at speaks against it.',
  C: 'There is reason to doubt it.',
  D: 'There is much reason to doubt it.',
  F: 'It is not to be believed.',
} as const

const WEIGHTS: Record<Finding['weight'], { icon: LucideIcon; text: string }> = {
  good: { icon: CircleCheck, text: 'Good' },
  doubtful: { icon: CircleHelp, text: 'Doubtful' },
  weak: { icon: CircleAlert, text: 'Weak' },
  failed: { icon: CircleX, text: 'Failed' },
}

interface TrustViewProps {
  trust: Trust
  /** Leads to a line of the code; where the code is not shown the line is only named. */
  lineLink?: (line: number) => ReactNode
  /** What the run began with, in `currency`. */
  wallet: number
  currency: string
}

/** How much to believe a result: one grade, what it rests on, and what was not looked at. */
export function TrustView({ trust, lineLink = nameLine, wallet, currency }: TrustViewProps) {
  return (
    <>
      <Panel
        title="How much to believe"
        note="The worst finding decides the grade; good ones do not lift it"
      >
        <p className={styles['grade']} data-grade={trust.grade}>
          <strong>{trust.grade}</strong> {GRADES[trust.grade]}
        </p>
        <ul className={styles['findings']}>
          {trust.findings.map((finding) => (
            <li key={finding.name + finding.text} data-weight={finding.weight}>
              <Row finding={finding} lineLink={lineLink} />
            </li>
          ))}
        </ul>
      </Panel>
      {trust.fan !== null && trust.falls !== null && (
        <Panel
          title="The same trades, drawn again"
          note="2,000 draws of as many trades, each as likely as the other"
        >
          <FanChart fan={trust.fan} start={wallet} currency={currency} />
          <p>
            In another order the same trades fall {formatPercent(trust.falls.low)} to{' '}
            {formatPercent(trust.falls.high)} from a peak in nine of ten cases,{' '}
            {formatPercent(trust.falls.middle)} in the middle.
          </p>
        </Panel>
      )}
      <Panel title="Not looked at" note="What a better grade would need">
        <ul className={styles['left']}>
          {trust.notExamined.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        <p>
          {plural(trust.trials, 'run')} of this strategy counted as attempts. The more are tried,
          the better the best of them looks by chance alone.
        </p>
      </Panel>
    </>
  )
}

function nameLine(line: number): ReactNode {
  return `Line ${line}`
}

function Row({ finding, lineLink }: { finding: Finding; lineLink: (line: number) => ReactNode }) {
  const { icon: Icon, text } = WEIGHTS[finding.weight]
  return (
    <>
      <Icon size={18} aria-hidden />
      <div>
        <h3>
          {finding.name} <span className={styles['weight']}>{text}</span>
        </h3>
        <p>
          {finding.text}
          {finding.line !== null && <> {lineLink(finding.line)}</>}
        </p>
      </div>
    </>
  )
}
