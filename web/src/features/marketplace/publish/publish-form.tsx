import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, TextAreaField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { formatDate, formatSignedPercent, plural } from '@/lib/format'

import styles from '../marketplace.module.css'
import { useAddVersion, useCreateListing } from './api'
import { EMPTY_TERMS } from './terms'
import { TermsForm } from './terms-form'

/** A verified run that a version may be published with. */
export interface Candidate {
  runId: string
  strategyId: string
  strategyName: string
  version: number
  exchange: string
  pairs: readonly string[]
  timeframe: string
  start: string
  /** Exclusive. */
  end: string
  profit: number | null
}

interface PublishFormProps {
  candidates: readonly Candidate[]
  /** The run that the address names. */
  chosen: string | undefined
  onChoose: (runId: string) => void
  onMade: (listingId: string) => void
}

/** The first step: what is published, and what is said about it. */
export function NewListingForm({ candidates, chosen, onChoose, onMade }: PublishFormProps) {
  const create = useCreateListing()
  const candidate = candidates.find(({ runId }) => runId === chosen) ?? candidates[0]
  if (candidate === undefined) return null
  const { strategyId, version, runId, strategyName } = candidate
  return (
    <>
      <Chosen candidates={candidates} candidate={candidate} onChoose={onChoose} />
      <TermsForm
        initial={{ ...EMPTY_TERMS, title: strategyName }}
        action="Have it examined"
        isPending={create.isPending}
        error={create.error}
        onSubmit={(terms) =>
          create.mutate(
            { strategyId, version, runId, notes: '', terms },
            { onSuccess: (listing) => onMade(listing.id) },
          )
        }
      />
    </>
  )
}

interface NewVersionFormProps extends PublishFormProps {
  listingId: string
}

/** The same for a further version: only what is new in it is asked. */
export function NewVersionForm(props: NewVersionFormProps) {
  const { candidates, chosen, listingId, onChoose, onMade } = props
  const [notes, setNotes] = useState('')
  const add = useAddVersion(listingId)
  const candidate = candidates.find(({ runId }) => runId === chosen) ?? candidates[0]
  if (candidate === undefined) return null
  const { strategyId, version, runId } = candidate
  return (
    <>
      <Chosen candidates={candidates} candidate={candidate} onChoose={onChoose} />
      <Panel title="Release notes" note="Whoever watches or runs the strategy reads them.">
        <form
          className={styles['stack']}
          onSubmit={(event) => {
            event.preventDefault()
            add.mutate(
              { strategyId, version, runId, notes: notes.trim() },
              { onSuccess: () => onMade(listingId) },
            )
          }}
        >
          <TextAreaField
            label="What is new in it, and why?"
            value={notes}
            maxLength={2_000}
            required
            onChange={(event) => setNotes(event.target.value)}
          />
          {add.error !== null && <Problem error={add.error} />}
          <DialogActions>
            <Button type="submit" look="primary" isPending={add.isPending}>
              Have it examined
            </Button>
          </DialogActions>
        </form>
      </Panel>
    </>
  )
}

interface ChosenProps {
  candidates: readonly Candidate[]
  candidate: Candidate
  onChoose: (runId: string) => void
}

/** The version and the run whose settings it takes. */
function Chosen({ candidates, candidate, onChoose }: ChosenProps) {
  return (
    <Panel
      title={`${candidate.strategyName}, version ${candidate.version}`}
      note="As this backtest ran it: its market, pairs, candles and money become the version’s."
    >
      <SelectField
        label="Backtest"
        value={candidate.runId}
        onChange={(event) => onChoose(event.target.value)}
      >
        {candidates.map((each) => (
          <option key={each.runId} value={each.runId}>
            {textOf(each)}
          </option>
        ))}
      </SelectField>
    </Panel>
  )
}

function textOf(candidate: Candidate): string {
  const { strategyName, version, exchange, pairs, timeframe, start, end, profit } = candidate
  const market = `${exchange}, ${plural(pairs.length, 'pair')}, ${timeframe}`
  const days = `${formatDate(start)} – ${formatDate(Date.parse(end) - 1)}`
  return `${strategyName} v${version}: ${market}, ${days}, ${formatSignedPercent(profit)}`
}
