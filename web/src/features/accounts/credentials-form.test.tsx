import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { SignInError } from '@/lib/problem'
import { show } from '@/testing'

import { CredentialsForm } from './credentials-form'

async function fillIn(email: string, password: string): Promise<void> {
  await userEvent.type(screen.getByLabelText('E-mail'), email)
  await userEvent.type(screen.getByLabelText('Password'), password)
  await userEvent.click(screen.getByRole('button', { name: 'Go' }))
}

test('what was entered is handed over', async () => {
  const onSubmit = vi.fn(() => Promise.resolve())
  await show(<CredentialsForm kind="signIn" action="Go" onSubmit={onSubmit} />)

  await fillIn(' ada@candlewick.example ', 'secret')

  expect(onSubmit.mock.calls[0]).toMatchObject([
    { email: 'ada@candlewick.example', password: 'secret' },
  ])
})

test('a refusal is told in words and the form stays filled in', async () => {
  const onSubmit = vi.fn(() => Promise.reject(new SignInError('This account is closed.')))
  await show(<CredentialsForm kind="signIn" action="Go" onSubmit={onSubmit} />)

  await fillIn('ada@candlewick.example', 'secret')

  expect(await screen.findByRole('alert')).toHaveTextContent('This account is closed.')
  expect(screen.getByLabelText('E-mail')).toHaveValue('ada@candlewick.example')
})

test('a bug is told without its text', async () => {
  const onSubmit = vi.fn(() => Promise.reject(new TypeError('x is undefined')))
  await show(<CredentialsForm kind="signIn" action="Go" onSubmit={onSubmit} />)

  await fillIn('ada@candlewick.example', 'secret')

  expect(await screen.findByRole('alert')).not.toHaveTextContent('undefined')
})

test('a short password for a new account and a wrong address are refused beside the fields', async () => {
  const onSubmit = vi.fn(() => Promise.resolve())
  await show(<CredentialsForm kind="signUp" action="Go" onSubmit={onSubmit} />)

  await fillIn('nobody', 'short')

  expect(screen.getByText(/Enter your e-mail address/)).toBeVisible()
  expect(screen.getByText(/at least ten characters/)).toBeVisible()
  expect(onSubmit).not.toHaveBeenCalled()
})
