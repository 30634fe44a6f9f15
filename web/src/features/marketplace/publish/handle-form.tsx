import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { TextAreaField, TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'

import { useWriteAuthor } from '../author/api'
import styles from '../marketplace.module.css'
import type { Author } from '../schemas'

interface HandleFormProps {
  /** Null before a handle was chosen. */
  author: Author | null
}

/** Under which name one publishes. The handle is chosen once: addresses hold it. */
export function HandleForm({ author }: HandleFormProps) {
  const [handle, setHandle] = useState(author?.handle ?? '')
  const [name, setName] = useState(author?.name ?? '')
  const [about, setAbout] = useState(author?.about ?? '')
  const write = useWriteAuthor()
  return (
    <Panel
      title={author === null ? 'First a name' : 'Your name'}
      note="Others see this, and never your e-mail address."
    >
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          write.mutate({ handle: handle.trim(), name: name.trim(), about: about.trim() })
        }}
      >
        {author === null && (
          <TextField
            label="Handle"
            hint={`Chosen once: your page will be ${window.location.host}/marketplace/authors/${handle || '…'}. Lower-case letters, digits and hyphens.`}
            value={handle}
            required
            minLength={3}
            maxLength={30}
            pattern="[a-z0-9][a-z0-9\-]{1,28}[a-z0-9]"
            autoComplete="off"
            onChange={(event) => setHandle(event.target.value)}
          />
        )}
        <TextField
          label="Name"
          value={name}
          required
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <TextAreaField
          label="About you"
          hint="Markdown; may stay empty."
          value={about}
          maxLength={1_000}
          onChange={(event) => setAbout(event.target.value)}
        />
        {write.error !== null && <Problem error={write.error} />}
        <DialogActions>
          <Button type="submit" look="primary" isPending={write.isPending}>
            {author === null ? 'Go on' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Panel>
  )
}
