import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { show } from '@/testing'

import { aDraft } from '../testing'
import { DraftStatus, draftWords } from './draft-status'
import { OutlinePanel } from './outline-panel'
import { ProblemsPanel } from './problems-panel'

describe('the problems', () => {
  it('lead to their line', async () => {
    const onGo = vi.fn()
    const item = {
      source: 'Candlewick' as const,
      rule: 'lookahead-shift',
      severity: 'warning' as const,
      line: 7,
      column: 4,
      endLine: 7,
      endColumn: 9,
      message: 'This looks ahead.',
      advice: 'Shift by a positive number.',
    }
    await show(<ProblemsPanel items={[item]} readers={['Ruff']} onGo={onGo} />)

    await userEvent.click(screen.getByRole('button', { name: /Line 7/ }))

    expect(onGo).toHaveBeenCalledWith(item)
    expect(screen.getByText('0 errors, 1 warning')).toBeVisible()
    expect(screen.getByText('Candlewick · lookahead-shift')).toBeVisible()
    expect(screen.getByText(/positive number/)).toBeVisible()
  })

  it('are said to be none', async () => {
    await show(<ProblemsPanel items={[]} readers={['Candlewick', 'Ruff']} onGo={() => undefined} />)

    expect(screen.getByText('No problems')).toHaveAttribute('role', 'status')
    expect(screen.getByText(/Nothing found by Candlewick and Ruff/)).toBeVisible()
  })

  it('are not said to be none before anybody has looked', async () => {
    await show(<ProblemsPanel items={[]} readers={[]} onGo={() => undefined} />)

    expect(screen.getByText('Checking…')).toBeVisible()
  })
})

it('the outline leads to a line', async () => {
  const onGo = vi.fn()
  await show(
    <OutlinePanel items={[{ kind: 'method', name: 'helper', depth: 1, line: 12 }]} onGo={onGo} />,
  )

  await userEvent.click(screen.getByRole('button', { name: /helper/ }))

  expect(onGo).toHaveBeenCalledWith(12)
})

describe('where the draft is', () => {
  it.each([
    [{ status: 'clean' }, 3, 'Version 3, unchanged'],
    [{ status: 'clean' }, null, 'Nothing typed yet'],
    [{ status: 'offline' }, 3, 'Offline: kept in this browser, sent when the net is back'],
    [{ status: 'failed', reason: 'Too large.' }, 3, 'Not saved: Too large.'],
    [{ status: 'conflict', theirs: aDraft() }, 3, 'Another tab wrote a newer draft'],
  ] as const)('is said in words', (state, version, words) => {
    expect(draftWords(state, version)).toBe(words)
  })

  it('is announced', async () => {
    await show(<DraftStatus state={{ status: 'saved', at: '2026-01-05T12:01:00Z' }} version={3} />)

    expect(screen.getByText(/^Saved as draft \d\d:01$/)).toBeVisible()
  })
})
