import { useMutation } from '@tanstack/react-query'
import { type SyntheticEvent, useState } from 'react'
import { z } from 'zod'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import styles from './sign-in.module.css'

const emailField = z
  .string()
  .trim()
  .pipe(z.email('Enter your e-mail address, like ada@example.com.'))

const FORMS = {
  signIn: z.object({
    email: emailField,
    password: z.string().min(1, 'Enter your password.'),
  }),
  signUp: z.object({
    email: emailField,
    password: z.string().min(10, 'Choose a password of at least ten characters.'),
  }),
}
export type Credentials = z.infer<typeof FORMS.signIn>

interface CredentialsFormProps {
  kind: keyof typeof FORMS
  action: string
  onSubmit: (credentials: Credentials) => Promise<void>
}

/** E-mail and password. Both stay in the form when signing in fails. */
export function CredentialsForm({ kind, action, onSubmit }: CredentialsFormProps) {
  const [errors, setErrors] = useState<{ [Field in keyof Credentials]?: string[] | undefined }>({})
  const submission = useMutation({ mutationFn: (values: Credentials) => onSubmit(values) })
  // Without react-hook-form: somebody who signs in should not wait for a form library.
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const values = FORMS[kind].safeParse(Object.fromEntries(new FormData(event.currentTarget)))
    setErrors(values.success ? {} : z.flattenError(values.error).fieldErrors)
    if (values.success) submission.mutate(values.data)
  }
  return (
    <form noValidate className={styles['form']} onSubmit={submit}>
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        error={errors.email?.[0]}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete={kind === 'signIn' ? 'current-password' : 'new-password'}
        error={errors.password?.[0]}
      />
      {submission.error !== null && <Problem error={submission.error} />}
      <Button type="submit" look="primary" isPending={submission.isPending}>
        {submission.isPending ? 'One moment…' : action}
      </Button>
    </form>
  )
}
