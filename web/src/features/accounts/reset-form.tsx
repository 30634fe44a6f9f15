import { useMutation } from '@tanstack/react-query'
import { type SyntheticEvent, useState } from 'react'
import { z } from 'zod'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { loadAuth } from '@/lib/session'

import styles from './sign-in.module.css'

const resetForm = z.object({
  email: z.string().trim().pipe(z.email('Enter the e-mail address of your account.')),
})

/** Sends a link that sets a new password. What it says never tells whether there is an account. */
export function ResetForm() {
  const sending = useMutation({
    mutationFn: async ({ email }: z.infer<typeof resetForm>) => {
      const auth = await loadAuth()
      await auth.resetPassword(email)
    },
  })
  const [error, setError] = useState<string>()
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const values = resetForm.safeParse(Object.fromEntries(new FormData(event.currentTarget)))
    setError(values.error?.issues[0]?.message)
    if (values.success) sending.mutate(values.data)
  }
  if (sending.isSuccess) {
    return (
      <p role="status">
        If {sending.variables.email} has an account, a link to set a new password is on its way. It
        works for an hour.
      </p>
    )
  }
  return (
    <form noValidate className={styles['form']} onSubmit={submit}>
      <TextField label="E-mail" name="email" type="email" autoComplete="email" error={error} />
      {sending.error !== null && <Problem error={sending.error} />}
      <Button type="submit" look="primary" isPending={sending.isPending}>
        Send the link
      </Button>
    </form>
  )
}
