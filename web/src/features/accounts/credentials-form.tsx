import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { z } from 'zod'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import styles from './sign-in.module.css'

const emailField = z
  .string()
  .trim()
  .pipe(z.email('Enter your e-mail address, like ada@example.com.'))

const signInForm = z.object({
  email: emailField,
  password: z.string().min(1, 'Enter your password.'),
})
const signUpForm = z.object({
  email: emailField,
  password: z.string().min(10, 'Choose a password of at least ten characters.'),
})
export type Credentials = z.infer<typeof signInForm>

interface CredentialsFormProps {
  kind: 'signIn' | 'signUp'
  action: string
  onSubmit: (credentials: Credentials) => Promise<void>
}

/** E-mail and password. Both stay in the form when signing in fails. */
export function CredentialsForm({ kind, action, onSubmit }: CredentialsFormProps) {
  const submission = useMutation({ mutationFn: onSubmit })
  const { register, handleSubmit, formState } = useForm<Credentials>({
    resolver: zodResolver(kind === 'signIn' ? signInForm : signUpForm),
  })
  const { errors } = formState
  return (
    <form
      noValidate
      className={styles['form']}
      onSubmit={(event) => {
        void handleSubmit((values) => submission.mutate(values))(event)
      }}
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="email"
        error={errors.email?.message}
        {...register('email')}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete={kind === 'signIn' ? 'current-password' : 'new-password'}
        error={errors.password?.message}
        {...register('password')}
      />
      {submission.error !== null && <Problem error={submission.error} />}
      <Button type="submit" look="primary" isPending={submission.isPending}>
        {submission.isPending ? 'One moment…' : action}
      </Button>
    </form>
  )
}
