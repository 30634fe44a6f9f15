import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { saveFile } from '@/lib/save-file'
import { loadAuth, useSession } from '@/lib/session'

import { deleteAccount, exportAccount } from './api'
import styles from './settings.module.css'

/** Signs out, exports, deletes. */
export function Leave() {
  return (
    <>
      <Panel title="Session and data">
        <div className={styles['stack']}>
          <ExportButton />
          <SignOutButton />
        </div>
      </Panel>
      <Panel title="Delete the account">
        <DeleteAccount />
      </Panel>
    </>
  )
}

function ExportButton() {
  const exporting = useMutation({
    mutationFn: exportAccount,
    onSuccess: (data) =>
      saveFile('candlewick-export.json', 'application/json', JSON.stringify(data, null, 2)),
  })
  return (
    <>
      <p className={styles['muted']}>
        Everything stored about you as one JSON file: profile, strategies with all versions, runs.
      </p>
      {exporting.error !== null && <Problem error={exporting.error} />}
      <Button isPending={exporting.isPending} onClick={() => exporting.mutate()}>
        Export my data
      </Button>
    </>
  )
}

function SignOutButton() {
  const leave = useLeave()
  const leaving = useMutation({
    mutationFn: async () => (await loadAuth()).signOut(),
    onSuccess: leave,
  })
  return (
    <Button isPending={leaving.isPending} onClick={() => leaving.mutate()}>
      Sign out
    </Button>
  )
}

function DeleteAccount() {
  const [isAsking, setIsAsking] = useState(false)
  const session = useSession()
  const leave = useLeave()
  const deleting = useMutation({
    mutationFn: async () => {
      await deleteAccount()
      await (await loadAuth()).signOut()
    },
    onSuccess: leave,
  })
  const email = session.status === 'signedIn' ? session.user.email : null
  return (
    <div className={styles['stack']}>
      <p className={styles['muted']}>
        Deletes your strategies, results and tokens at once and for ever. Export your data first.
      </p>
      <Button look="danger" onClick={() => setIsAsking(true)}>
        Delete the account…
      </Button>
      <ConfirmDialog
        title="Delete the account?"
        expected={email ?? 'delete'}
        action="Delete everything"
        isOpen={isAsking}
        isPending={deleting.isPending}
        error={deleting.error}
        onClose={() => setIsAsking(false)}
        onConfirm={() => deleting.mutate()}
      >
        All strategies with their versions, all results and all API tokens will be gone. This cannot
        be undone.
      </ConfirmDialog>
    </div>
  )
}

/** Forgets all that was loaded for the user and shows the landing page. */
function useLeave(): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await navigate({ to: '/' })
    client.clear()
  }
}
