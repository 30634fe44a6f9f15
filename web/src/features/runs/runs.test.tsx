import { QueryClient } from '@tanstack/react-query'
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { runQueries } from './api'
import { BreakdownView } from './breakdown/breakdown-view'
import { NotesPanel } from './details/notes-panel'
import { FilesPanel } from './details/files-panel'
import { DeleteRun } from './delete-run'
import { RunList } from './list/run-list'
import { LogPanel } from './log-panel'
import { MetricsView } from './metrics/metrics-view'
import { fractionOf, secondsLeft } from './phases'
import { RunFailure } from './run-failure'
import { RunProgress } from './run-progress'
import { futures } from './testing/results'
import { aRun } from './testing/runs'
import { applyChange } from './use-live-run'

describe('a run under way', () => {
  const running = aRun({
    state: 'running',
    isVerified: false,
    headline: null,
    progress: { phase: 'simulating', fraction: 0.5 },
    logTail: '<b>at work</b>',
  })

  test('shows its phase, how far it is and what it prints, as text', async () => {
    await show(<RunProgress run={running} />)

    expect(screen.getByRole('heading', { name: 'Simulating trades' })).toBeVisible()
    expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50')
    expect(screen.getByText('<b>at work</b>')).toBeVisible()
  })

  test('can be cancelled, and says when that fails', async () => {
    let calls = 0
    server.use(
      http.post(`${API}/backtests/r1/cancel`, () => {
        calls += 1
        return calls === 1
          ? HttpResponse.json(
              { title: 'Conflict', status: 409, detail: 'It is over.' },
              { status: 409 },
            )
          : HttpResponse.json({ ...running, state: 'cancelling' })
      }),
    )
    await show(<RunProgress run={running} />)

    await userEvent.click(screen.getByRole('button', { name: 'Cancel run' }))
    expect(await screen.findByText('It is over.')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Cancel run' }))

    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
    expect(calls).toBe(2)
  })

  test('a change of its document moves it in the cache; its end asks the API', () => {
    const client = new QueryClient()
    const key = runQueries.detail('r1').queryKey
    const ask = vi.spyOn(client, 'invalidateQueries')
    client.setQueryData(key, running)
    const fields = {
      state: 'running',
      attempt: 1,
      progress: { phase: 'analysing', fraction: 0.9 },
      logTail: 'nearly',
      failure: null,
      enteredAt: { running: { toDate: () => new Date('2026-11-22T12:00:02Z') } },
    }

    applyChange(client, 'r1', fields)

    expect(client.getQueryData(key)).toMatchObject({
      logTail: 'nearly',
      progress: { fraction: 0.9 },
    })
    expect(ask).not.toHaveBeenCalled()
    applyChange(client, 'r1', { ...fields, state: 'failed' })
    expect(ask).toHaveBeenCalledWith({ queryKey: key })
  })

  test('its remaining time follows from its speed so far', () => {
    expect(secondsLeft(0.25, 0, 10_000)).toBe(30)
    expect(secondsLeft(0.01, 0, 10_000)).toBeNull()
    expect(secondsLeft(0.5, null, 10_000)).toBeNull()
  })

  test('its bar never goes back from one step to the next', () => {
    const steps = [
      aRun({ state: 'queued' }),
      aRun({ state: 'starting' }),
      aRun({ state: 'running' }),
      aRun({ state: 'running', progress: { phase: 'simulating', fraction: 0.5 } }),
      aRun({ state: 'running', progress: { phase: 'uploading', fraction: 1 } }),
      aRun({ state: 'verifying', progress: { phase: 'uploading', fraction: 1 } }),
    ].map(fractionOf)

    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })
})

test('a failure names the guilty line and leads to it', async () => {
  const failure = {
    kind: 'strategy_error',
    message: "KeyError: 'rsi'",
    traceback: [
      { line: 12, function: 'populate_indicators', code: 'helper(df)' },
      { line: 40, function: 'helper', code: "df['rsi']" },
    ],
  }
  await show(<RunFailure run={aRun({ state: 'failed', failure })} />)

  expect(screen.getByRole('heading', { name: 'The strategy raised an error' })).toBeVisible()
  expect(screen.getByText("KeyError: 'rsi'")).toBeVisible()
  const link = screen.getByRole('link', { name: 'Open line 40 in the editor' })
  expect(link).toHaveAttribute('href', '/strategies/s1?line=40')
})

describe('the list of runs', () => {
  test('says when there is none, and what to do', async () => {
    server.use(
      http.get(`${API}/backtests`, () => HttpResponse.json({ items: [], nextCursor: null })),
    )
    await show(<RunList filter={{}} />)

    expect(await screen.findByRole('link', { name: 'New backtest' })).toBeVisible()
  })

  test('offers to clear filters that nothing fits', async () => {
    server.use(
      http.get(`${API}/backtests`, () => HttpResponse.json({ items: [], nextCursor: null })),
    )
    await show(<RunList filter={{ state: 'failed' }} />)

    expect(await screen.findByRole('link', { name: 'Clear filters' })).toBeVisible()
  })

  test('can be asked for again when it fails', async () => {
    server.use(
      http.get(
        `${API}/backtests`,
        () => HttpResponse.json({ title: 'x', status: 400, detail: 'No.' }, { status: 400 }),
        { once: true },
      ),
      http.get(`${API}/backtests`, () => HttpResponse.json({ items: [aRun()], nextCursor: null })),
    )
    await show(<RunList filter={{}} />)

    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))

    expect(await screen.findByRole('link', { name: 'Momentum v3' })).toHaveAttribute(
      'href',
      '/backtests/r1',
    )
  })

  test('compares up to six that are done', async () => {
    const items = [
      ...Array.from({ length: 7 }, (_, index) => aRun({ id: `r${index}` })),
      aRun({ id: 'broken', state: 'failed', headline: null }),
    ]
    server.use(http.get(`${API}/backtests`, () => HttpResponse.json({ items, nextCursor: null })))
    await show(<RunList filter={{}} />)

    const boxes = await screen.findAllByRole('checkbox')
    for (const box of boxes.slice(0, 6)) await userEvent.click(box)

    expect(boxes[6]).toBeDisabled()
    expect(boxes[7]).toBeDisabled()
    const link = screen.getByRole('link', { name: 'Compare 6' })
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('r0,r1,r2,r3,r4,r5')
  })
})

describe('metrics', () => {
  const result = { ...futures, run: aRun() }

  test('has a table for each group with all, long and short', async () => {
    await show(<MetricsView {...result} />)

    const table = screen.getByRole('table', { name: /^Result:/ })
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((cell) => cell.textContent),
    ).toEqual(['Metric', 'All', 'Long', 'Short'])
  })

  test('shows a formula one press away', async () => {
    await show(<MetricsView {...result} />)

    const formula = screen.getByText('gross profit / |gross loss|')
    expect(formula).not.toBeVisible()

    await userEvent.click(screen.getByText('Profit factor'))

    expect(formula).toBeVisible()
  })

  test('finds a metric by its name', async () => {
    await show(<MetricsView {...result} />)

    await userEvent.type(screen.getByLabelText('Find a metric'), 'omega')

    expect(screen.getAllByRole('row')).toHaveLength(2)
  })
})

test('a break-down sorts by any column, and back', async () => {
  await show(
    <BreakdownView summary={futures.summary} currency="USDT" by="pairs" onBy={() => undefined} />,
  )
  const header = screen.getByRole('columnheader', { name: 'Trades' })

  await userEvent.click(within(header).getByRole('button'))

  expect(header).toHaveAttribute('aria-sort', 'descending')
  const counts = screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => Number(within(row).getAllByRole('cell')[0]?.textContent))
  expect(counts).toEqual(counts.toSorted((a, b) => b - a))
})

test('notes save themselves, and keep the words when that fails', async () => {
  const bodies: unknown[] = []
  server.use(
    http.patch(`${API}/backtests/r1`, async ({ request }) => {
      bodies.push(await request.json())
      return HttpResponse.json({ title: 'x', status: 400, detail: 'Not now.' }, { status: 400 })
    }),
  )
  await show(<NotesPanel run={aRun()} />)

  await userEvent.type(screen.getByLabelText('Notes about this backtest'), 'Try 15m')

  expect(await screen.findByText('Not now.', {}, { timeout: 3_000 })).toBeVisible()
  expect(bodies).toEqual([{ notes: 'Try 15m' }])
  expect(screen.getByLabelText('Notes about this backtest')).toHaveValue('Try 15m')
})

test('the log is text and can be searched', async () => {
  server.use(
    http.get(`${API}/backtests/r1/log`, () => HttpResponse.text('first\n<img src=x>\nthird')),
  )
  await show(<LogPanel run={aRun()} />)

  await userEvent.type(await screen.findByLabelText('Search the log'), 'IMG')

  expect(await screen.findByText('<img src=x>')).toBeVisible()
  await waitFor(() => expect(screen.queryByText('third')).toBeNull())
})

test('a file’s address is asked for when it is wanted, and is left nowhere', async () => {
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  server.use(
    http.get(`${API}/backtests/r1/downloads`, () =>
      HttpResponse.json({
        items: [{ name: 'result.zip', url: 'https://s.example/x?sig=1', expiresAt: 'soon' }],
      }),
    ),
  )
  await show(<FilesPanel runId="r1" isClosed={false} />)

  await userEvent.click(screen.getByRole('button', { name: 'result.zip' }))

  await waitFor(() => expect(click).toHaveBeenCalledOnce())
  expect(document.body.innerHTML).not.toContain('sig=1')
  await userEvent.click(screen.getByRole('button', { name: 'log.txt' }))
  expect(await screen.findByRole('alert')).toBeVisible()
})

test('of closed code no file is offered that holds it, or what it printed', async () => {
  await show(<FilesPanel runId="r1" isClosed />)

  const names = screen.getAllByRole('button').map((button) => button.textContent.trim())
  expect(names).toContain('trades.csv')
  expect(names).not.toContain('result.zip')
  expect(names).not.toContain('log.txt')
})

test('a run is deleted only after its name was typed', async () => {
  let deleted = 0
  server.use(
    http.delete(`${API}/backtests/r1`, () => {
      deleted += 1
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { router } = await show(<DeleteRun run={aRun()} />, { at: '/backtests/r1' })

  await userEvent.click(screen.getByRole('button', { name: 'Delete this backtest…' }))
  expect(screen.getByRole('button', { name: 'Delete for good' })).toBeDisabled()
  await userEvent.type(screen.getByLabelText('Type “Momentum” to confirm'), 'Momentum')
  await userEvent.click(screen.getByRole('button', { name: 'Delete for good' }))

  await waitFor(() => expect(router.state.location.pathname).toBe('/backtests'))
  expect(deleted).toBe(1)
})
