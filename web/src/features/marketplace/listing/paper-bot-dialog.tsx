import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SelectField, TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import type { Listing } from '../schemas'
import styles from '../marketplace.module.css'
import { startPaperBot } from './changes'

interface PaperBotDialogProps {
  listing: Listing
  /** Where bots can trade on paper. */
  venues: readonly { id: string; title: string }[]
  onClose: () => void
}

/** Makes a bot that trades with play money by the listing's current version. */
export function PaperBotDialog({ listing, venues, onClose }: PaperBotDialogProps) {
  const navigate = useNavigate()
  const [pairs, setPairs] = useState(listing.version?.spec.pairs.join(', ') ?? '')
  const [venue, setVenue] = useState(venues[0]?.id ?? '')
  // Pressing twice, or again after a lost answer, makes one bot.
  const [key] = useState(() => crypto.randomUUID())
  const make = useMutation({
    mutationFn: () =>
      startPaperBot(listing.id, { name: listing.title, venue, pairs: pairsOf(pairs) }, key),
    onSuccess: (botId) => navigate({ to: '/bots/$botId', params: { botId } }),
  })
  return (
    <Dialog title="Run it on paper" isOpen onClose={onClose}>
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <p>
          A bot of yours follows “{listing.title}” on live prices with play money. It waits until
          you start it, and keeps to this version when the author publishes another.
        </p>
        <SelectField
          label="Exchange"
          value={venue}
          onChange={(event) => setVenue(event.target.value)}
        >
          {venues.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Pairs"
          hint="Separated by commas."
          value={pairs}
          required
          onChange={(event) => setPairs(event.target.value)}
        />
        {make.error !== null && <Problem error={make.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={make.isPending}>
            Make the bot
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function pairsOf(text: string): string[] {
  return text
    .split(',')
    .map((pair) => pair.trim().toUpperCase())
    .filter((pair) => pair !== '')
}
