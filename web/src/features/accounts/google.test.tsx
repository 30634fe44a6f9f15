import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest'

import * as auth from '@/lib/firebase-auth'
import { OtherAccountError } from '@/lib/problem'
import { API, http, HttpResponse, server, show } from '@/testing'

import { GoogleButton } from './google-button'
import { GoogleFinish } from './google-finish'
import { rememberedNext } from './google-reply'

const REPLY = { state: 's', code: '4/0A' }
let signInWithGoogle: Mock<typeof auth.signInWithGoogle>

function ways(google: boolean): void {
  server.use(http.get(`${API}/sign-in`, () => HttpResponse.json({ google })))
}

function refuse(status: number, detail: string): void {
  server.use(
    http.post(`${API}/sign-in/google/exchange`, () =>
      HttpResponse.json({ title: 'x', status, detail }, { status }),
    ),
  )
}

/** The server takes the code once; returns what it was sent. */
function takeCode(): { bodies: unknown[]; tokens: (string | null)[] } {
  const seen: { bodies: unknown[]; tokens: (string | null)[] } = { bodies: [], tokens: [] }
  server.use(
    http.post(`${API}/sign-in/google/exchange`, async ({ request }) => {
      seen.bodies.push(await request.json())
      seen.tokens.push(request.headers.get('Authorization'))
      return HttpResponse.json({ idToken: 'google-token' })
    }),
  )
  return seen
}

async function finish(reply: typeof REPLY | undefined = REPLY) {
  const onDone = vi.fn()
  await show(<GoogleFinish reply={reply} next="/runs" onDone={onDone} />)
  return onDone
}

beforeEach(() => {
  signInWithGoogle = vi.spyOn(auth, 'signInWithGoogle').mockResolvedValue()
  sessionStorage.clear()
})

describe('the button', () => {
  it('leads to Google’s page and remembers where to go afterwards', async () => {
    ways(true)
    server.use(
      http.post(`${API}/sign-in/google`, () =>
        HttpResponse.json({ authorizeUrl: 'https://google.example/auth?a=1' }),
      ),
    )
    const onLeave = vi.fn()
    await show(<GoogleButton next="/runs" onLeave={onLeave} />)

    await userEvent.click(await screen.findByRole('button', { name: 'Continue with Google' }))

    await waitFor(() => expect(onLeave).toHaveBeenCalledWith('https://google.example/auth?a=1'))
    expect(rememberedNext()).toBe('/runs')
  })

  it('is not there where Google is not set up', async () => {
    ways(false)
    const { container } = await show(<GoogleButton next={undefined} />)

    await waitFor(() => expect(container.querySelector('[aria-hidden]')).toBeNull())
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('goes to no address but a web page’s, and says what is wrong in words', async () => {
    ways(true)
    server.use(
      http.post(`${API}/sign-in/google`, () =>
        HttpResponse.json({ authorizeUrl: 'javascript:alert(1)' }),
      ),
    )
    const onLeave = vi.fn()
    await show(<GoogleButton next={undefined} onLeave={onLeave} />)

    await userEvent.click(await screen.findByRole('button', { name: 'Continue with Google' }))

    expect(await screen.findByRole('alert')).toHaveTextContent('Reload the page')
    expect(onLeave).not.toHaveBeenCalled()
  })
})

describe('the way back from Google', () => {
  it('exchanges the code once, without a token, and signs in', async () => {
    const seen = takeCode()

    const onDone = await finish()

    expect(screen.getByText(/signs you in/)).toHaveAttribute('role', 'status')
    await waitFor(() => expect(onDone).toHaveBeenCalled())
    expect(seen).toEqual({ bodies: [REPLY], tokens: [null] })
    expect(signInWithGoogle).toHaveBeenCalledWith('google-token', { leavesGuest: false })
  })

  it('says that somebody cancelled, and leads back with the place to go to', async () => {
    refuse(403, 'You cancelled the sign-in at Google.')

    const onDone = await finish()

    expect(await screen.findByRole('alert')).toHaveTextContent('You cancelled')
    expect(screen.getByRole('link', { name: 'Back to sign in' })).toHaveAttribute(
      'href',
      '/sign-in?next=%2Fruns',
    )
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
    expect(onDone).not.toHaveBeenCalled()
  })

  it('tries the same code again when Google was down', async () => {
    refuse(503, 'Google’s sign-in does not work at the moment.')
    const onDone = await finish()
    await screen.findByRole('alert')
    takeCode()

    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))

    await waitFor(() => expect(onDone).toHaveBeenCalled())
  })

  it('says after a reload that the sign-in is over', async () => {
    const onDone = vi.fn()
    await show(<GoogleFinish reply={undefined} next={undefined} onDone={onDone} />)

    expect(await screen.findByRole('alert')).toHaveTextContent('This sign-in is over')
  })

  it('lets a guest choose when the account exists already', async () => {
    const seen = takeCode()
    signInWithGoogle.mockRejectedValueOnce(new OtherAccountError(null))
    const onDone = await finish()
    expect(await screen.findByRole('alert')).toHaveTextContent('you are still the guest')

    await userEvent.click(screen.getByRole('button', { name: /leave the guest/ }))

    await waitFor(() => expect(onDone).toHaveBeenCalled())
    expect(signInWithGoogle).toHaveBeenLastCalledWith('google-token', { leavesGuest: true })
    expect(seen.bodies).toHaveLength(1)
  })
})
