import { act, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { show } from '@/testing'

import { useSearchWriter } from './use-search-writer'

let write: (change: { at: number }) => void = () => undefined

function Page() {
  write = useSearchWriter('/backtests/r1/chart')
  return <p>page</p>
}

test('a page writes into its address, and keeps what else is there', async () => {
  const { router } = await show(<Page />, { at: '/backtests/r1/chart?pair=ETH' })

  act(() => write({ at: 5 }))

  expect(router.latestLocation.search).toEqual({ pair: 'ETH', at: 5 })
})

test('nobody who is on the way to another page is called back', async () => {
  const { router } = await show(<Page />, { at: '/backtests/r1/chart' })

  await act(async () => {
    const leaving = router.navigate({ to: '/backtests/r1/trades' } as never)
    write({ at: 5 })
    await leaving
  })
  act(() => write({ at: 6 }))

  expect(router.latestLocation.pathname).toBe('/backtests/r1/trades')
  expect(router.latestLocation.search).toEqual({})
  expect(screen.getByText('page')).toBeVisible()
})
