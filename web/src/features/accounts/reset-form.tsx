import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
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
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(resetForm) })
  if (sending.isSuccess) {
    return (
      <p role="status">
        If {sending.variables.email} has an account, a link to set a new password is on its way. It
        works for an hour.
      </p>
    )
  }
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit((values) => sending.mutate(values))(event)
      }}
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="email"
        error={formState.errors.email?.message}
        {...register('email')}
      />
      {sending.error !== null && <Problem error={sending.error} />}
      <Button type="submit" look="primary" isPending={sending.isPending}>
        Send the link
      </Button>
    </form>
  )
}
