import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { TextAreaField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Segmented } from '@/components/ui/segmented'
import { toast } from '@/components/ui/toast'

import styles from '../marketplace.module.css'
import type { Review } from '../schemas'
import { useReview } from './changes'

const RATINGS = [
  ['1', '1 bad'],
  ['2', '2'],
  ['3', '3'],
  ['4', '4'],
  ['5', '5 good'],
] as const

interface ReviewFormProps {
  listingId: string
  mine: Review | null
}

/** One review each; it may be changed and taken back. */
export function ReviewForm({ listingId, mine }: ReviewFormProps) {
  const [stars, setStars] = useState<string>(String(mine?.stars ?? ''))
  const [text, setText] = useState(mine?.text ?? '')
  const write = useReview(listingId)
  return (
    <form
      className={styles['stack']}
      onSubmit={(event) => {
        event.preventDefault()
        write.mutate(
          { stars: Number(stars), text: text.trim() },
          { onSuccess: () => toast('Your review is published.') },
        )
      }}
    >
      {mine?.isHidden === true && <p>A moderator has hidden it: nobody else reads it.</p>}
      <div>
        <Segmented label="Stars" options={RATINGS} value={stars} onChange={setStars} />
      </div>
      <TextAreaField
        label="What should others know?"
        value={text}
        hint="Markdown; may stay empty."
        maxLength={4_000}
        onChange={(event) => setText(event.target.value)}
      />
      {write.error !== null && <Problem error={write.error} />}
      <DialogActions>
        {mine !== null && (
          <Button look="quiet" isPending={write.isPending} onClick={() => write.mutate(null)}>
            Take it back
          </Button>
        )}
        <Button type="submit" look="primary" disabled={stars === ''} isPending={write.isPending}>
          {mine === null ? 'Publish the review' : 'Save the review'}
        </Button>
      </DialogActions>
    </form>
  )
}
