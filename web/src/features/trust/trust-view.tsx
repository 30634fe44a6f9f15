import { CircleAlert, CircleCheck, CircleHelp, CircleX, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import { LineChart } from '@/components/chart/line-chart'
import { Panel } from '@/components/ui/panel'
import { formatNumber, formatPercent, formatSignedMoney, plural } from '@/lib/format'

import type { Finding, Trust } from './api'
import { FanChart } from './fan-chart'
import styles from './trust.module.css'

const GRADES = {
  A: 'Nothing speaks against it.',
  B: 'Little that was looked at speaks against it.',
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
      {trust.costs.length > 1 && <Costs trust={trust} currency={currency} />}
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

function Costs({ trust, currency }: { trust: Trust; currency: string }) {
  const { costs, breakEven } = trust
  const money = (value: number | undefined) => formatSignedMoney(value, currency)
  return (
    <Panel
      title="If orders cost more"
      note={
        breakEven === null
          ? 'Fees that rise, and prices that slip away'
          : `It breaks even at ${formatNumber(breakEven, 1)} bp (0.01 %) more on each order`
      }
    >
      <LineChart
        label={`Profit by cost, from ${money(costs[0]?.profit)} to ${money(costs.at(-1)?.profit)}`}
        points={costs.map(({ basisPoints, profit }) => [basisPoints, profit] as const)}
        crossing={breakEven}
        axis="Basis points more on each order"
        formatY={(value) => formatNumber(value, 0)}
      />
    </Panel>
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
