import { Link } from '@tanstack/react-router'
import { Check, Play } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { cn } from '@/lib/cn'

import styles from './assistant.module.css'
import { DiffLines } from './diff-lines'
import { Markdown } from './markdown'
import type { Message, Offer, Part, Proposal, Question, Result } from './schemas'
import { toolWords } from './words'

export interface PartActions {
  /** The draft as it is now: a proposal that equals it is in use. */
  code: string
  isBusy: boolean
  onUse: (proposal: Proposal) => void
  onRun: (proposal: Proposal | undefined, offer: Offer) => void
  onSay: (text: string) => void
}

interface MessageViewProps extends PartActions {
  message: Pick<Message, 'role' | 'text' | 'parts' | 'isStopped'>
}

export function MessageView({ message, ...actions }: MessageViewProps) {
  const { role, text, parts, isStopped } = message
  const isUsers = role === 'user'
  const proposal = parts.find((part): part is Proposal => part.kind === 'proposal')
  return (
    <article
      className={cn(styles['message'], isUsers && styles['users'])}
      aria-label={isUsers ? 'You' : 'Assistant'}
    >
      {isUsers ? <p className={styles['said']}>{text}</p> : <Markdown text={text} />}
      {parts.map((part, index) => (
        <PartView key={index} part={part} proposal={proposal} {...actions} />
      ))}
      {isStopped && <p className={styles['fine']}>Stopped.</p>}
    </article>
  )
}

interface PartViewProps extends PartActions {
  part: Part
  proposal: Proposal | undefined
}

function PartView({ part, proposal, ...actions }: PartViewProps) {
  switch (part.kind) {
    case 'tool':
      return <p className={styles['fine']}>{toolWords(part.name, part.state)}</p>
    case 'proposal':
      return <ProposalCard proposal={part} {...actions} />
    case 'question':
      return <QuestionCard question={part} {...actions} />
    case 'backtest':
      return <OfferCard offer={part} proposal={proposal} {...actions} />
    case 'result':
      return <ResultCard result={part} />
    case 'problem':
      return (
        <p role="alert" className={styles['trouble']}>
          {part.message}
        </p>
      )
  }
}

function ProposalCard({ proposal, code, isBusy, onUse }: { proposal: Proposal } & PartActions) {
  const isUsed = proposal.code === code
  const { added, removed } = proposal.diff
  return (
    <section className={styles['card']} aria-label="Proposal">
      {proposal.understood.length > 0 && (
        <>
          <h3>Understood</h3>
          <ul>
            {proposal.understood.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      <p className={styles['sentence']}>{proposal.sentence}</p>
      {proposal.findings.map((finding) => (
        <p key={finding} className={styles['fine']}>
          {finding}
        </p>
      ))}
      <details>
        <summary>
          Changes to the code: {added} lines added, {removed} removed
        </summary>
        <DiffLines unified={proposal.diff.unified} />
      </details>
      <div className={styles['actions']}>
        {isUsed ? (
          <Badge tone="gain" icon={Check}>
            In your draft
          </Badge>
        ) : (
          <Button look="primary" disabled={isBusy} onClick={() => onUse(proposal)}>
            Use it
          </Button>
        )}
      </div>
    </section>
  )
}

function QuestionCard({ question, isBusy, onSay }: { question: Question } & PartActions) {
  return (
    <section className={styles['card']} aria-label="Question">
      <p>{question.text}</p>
      <div className={styles['actions']}>
        {question.choices.map((choice) => (
          <Button
            key={choice.text}
            className={styles['choice']}
            disabled={isBusy}
            title={choice.text}
            onClick={() => onSay(choice.text)}
          >
            {choice.label}
          </Button>
        ))}
      </div>
    </section>
  )
}

interface OfferCardProps extends PartActions {
  offer: Offer
  proposal: Proposal | undefined
}

function OfferCard({ offer, proposal, code, isBusy, onRun }: OfferCardProps) {
  const days = Math.round((Date.parse(offer.end) - Date.parse(offer.start)) / 86_400_000)
  const isOther = proposal !== undefined && proposal.code !== code
  return (
    <div className={styles['actions']}>
      <Button disabled={isBusy} onClick={() => onRun(proposal, offer)}>
        <Play size={16} aria-hidden /> {isOther ? 'Use it and run a backtest' : 'Run a backtest'}
      </Button>
      <span className={styles['fine']}>
        {offer.pairs.join(', ')}, {days} days
        {offer.isSimulated ? ', simulated candles' : ` of ${offer.exchange}`}; it saves a version
      </span>
    </div>
  )
}

function ResultCard({ result }: { result: Result }) {
  return (
    <section className={styles['card']} aria-label="Result">
      <h3>{result.title}</h3>
      <dl className={styles['figures']}>
        {result.figures.map((figure) => (
          <div key={figure.name}>
            <dt>{figure.title}</dt>
            <dd>{figure.value}</dd>
          </div>
        ))}
      </dl>
      <p className={styles['fine']}>{result.certificate}</p>
      <p className={styles['fine']}>{result.risk}</p>
      <Link to="/backtests/$runId" params={{ runId: result.runId }}>
        Open the run
      </Link>
    </section>
  )
}
