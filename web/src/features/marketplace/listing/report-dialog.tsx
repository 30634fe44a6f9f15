import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SelectField, TextAreaField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import styles from '../marketplace.module.css'
import { useReport } from './changes'

const REASONS = [
  ['misleading', 'It promises or invents figures'],
  ['copied', 'It is somebody else’s work'],
  ['malicious', 'Its code does something else'],
  ['advertising', 'It advertises something'],
  ['offensive', 'It insults or threatens'],
  ['privacy', 'It tells what is private'],
  ['other', 'Something else'],
] as const

interface ReportDialogProps {
  listingId: string
  reviewId?: string
  onClose: () => void
}

/** Tells the moderators about a listing, or about one of its reviews. */
export function ReportDialog({ listingId, reviewId, onClose }: ReportDialogProps) {
  const [reason, setReason] = useState<string>(REASONS[0][0])
  const [text, setText] = useState('')
  const report = useReport(listingId)
  const send = () =>
    report.mutate(
      { reason, text: text.trim(), ...(reviewId === undefined ? {} : { reviewId }) },
      {
        onSuccess: () => {
          toast('Reported. A moderator will look at it.')
          onClose()
        },
      },
    )
  return (
    <Dialog
      title={reviewId === undefined ? 'Report this strategy' : 'Report this review'}
      isOpen
      onClose={onClose}
    >
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <SelectField
          label="What is wrong with it?"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        >
          {REASONS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="What should the moderators know?"
          hint="Its author does not learn who reported it."
          value={text}
          required={reason === 'other'}
          maxLength={1_000}
          onChange={(event) => setText(event.target.value)}
        />
        {report.error !== null && <Problem error={report.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={report.isPending}>
            Report
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
