import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import type { Listing } from '../schemas'
import styles from '../marketplace.module.css'
import { startPaperBot } from './changes'

interface PaperBotDialogProps {
  listing: Listing
  onClose: () => void
}

/** Makes a bot that trades with play money by the listing's current version. */
export function PaperBotDialog({ listing, onClose }: PaperBotDialogProps) {
  const navigate = useNavigate()
  const [pairs, setPairs] = useState(listing.version?.spec.pairs.join(', ') ?? '')
  const make = useMutation({
    mutationFn: () => startPaperBot(listing.id, { pairs: pairsOf(pairs) }),
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
