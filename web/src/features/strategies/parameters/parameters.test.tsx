import { fireEvent, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import type { ParameterSet, Version } from '../api'
import { aCheck, aParameter, aSet, aStrategy, aVersion } from '../testing'
import { ParameterPage } from './parameter-page'
import { changedValues, stepOf, withSet, wrongValue } from './values'

const PARAMETERS = [
  aParameter(),
  aParameter({ name: 'width', kind: 'decimal', low: 1, high: 3, default: 2, decimals: 1 }),
  aParameter({
    name: 'kind',
    kind: 'categorical',
    space: 'sell',
    default: 'ema',
    options: ['ema', 'sma'],
  }),
  aParameter({ name: 'sell_on', kind: 'boolean', space: 'sell', default: true }),
  aParameter({ name: 'fixed', load: false }),
]
const SETS = `${API}/strategies/s1/versions/2/parameter-sets`

function answer(
  version: Version = aVersion({ check: aCheck({ parameters: PARAMETERS }) }),
  sets: ParameterSet[] = [],
) {
  const sent = vi.fn()
  server.use(
    http.get(`${API}/strategies/s1/versions/2`, () => HttpResponse.json(version)),
    http.get(SETS, () => HttpResponse.json({ items: sets })),
    http.post(SETS, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aSet(), { status: 201 })
    }),
  )
  return sent
}

const draw = () =>
  show(<ParameterPage strategy={aStrategy()} version={undefined} onVersion={() => undefined} />)

describe('the form of parameters', () => {
  it('saves what was changed, by space, under a name', async () => {
    const sent = answer()
    await draw()

    fireEvent.change(await screen.findByLabelText('buy_rsi'), { target: { value: '20' } })
    fireEvent.change(screen.getByLabelText('width, slider'), { target: { value: '2.5' } })
    await userEvent.selectOptions(screen.getByLabelText('kind'), 'sma')
    await userEvent.click(screen.getByRole('switch', { name: 'sell_on' }))
    await userEvent.type(screen.getByLabelText('Name of the set'), 'Cautious')
    await userEvent.click(screen.getByRole('button', { name: 'Save set' }))

    await vi.waitFor(() =>
      expect(sent).toHaveBeenCalledWith({
        name: 'Cautious',
        parameters: { buy: { buy_rsi: 20, width: 2.5 }, sell: { kind: 'sma', sell_on: false } },
      }),
    )
  })

  it('shows range and default, and goes back to the default', async () => {
    answer()
    await draw()
    const field = await screen.findByLabelText('buy_rsi')
    expect(screen.getAllByText('10 to 40 · default 30')).toHaveLength(1)

    fireEvent.change(field, { target: { value: '20' } })
    await userEvent.click(screen.getByRole('button', { name: 'Reset buy_rsi' }))

    expect(field).toHaveValue(30)
    expect(screen.queryByRole('button', { name: 'Reset buy_rsi' })).not.toBeInTheDocument()
  })

  it('says at the field what is wrong', async () => {
    answer()
    await draw()

    fireEvent.change(await screen.findByLabelText('buy_rsi'), { target: { value: '41' } })
    await userEvent.type(screen.getByLabelText('Name of the set'), 'x')

    expect(screen.getByRole('alert')).toHaveTextContent('Give a number from 10 to 40.')
    expect(screen.getByRole('button', { name: 'Save set' })).toBeDisabled()
  })

  it('sets what the server refuses on the field', async () => {
    answer()
    const errors = [{ field: 'parameters.buy.buy_rsi', message: 'not this one' }]
    const problem = { title: 'x', status: 422, detail: 'No.', errors }
    server.use(http.post(SETS, () => HttpResponse.json(problem, { status: 422 })))
    await draw()

    await userEvent.type(await screen.findByLabelText('Name of the set'), 'x')
    await userEvent.click(screen.getByRole('button', { name: 'Save set' }))

    expect(await screen.findByText('not this one')).toBeVisible()
    expect(screen.getByLabelText('Name of the set')).toHaveValue('x')
  })

  it('leaves alone what the code fixes', async () => {
    answer()
    await draw()

    expect(await screen.findByLabelText('fixed')).toBeDisabled()
    expect(screen.getByText(/fixed in the code/)).toBeVisible()
  })

  it('says that a version has none', async () => {
    answer(aVersion())
    await draw()

    expect(await screen.findByText('This version has no parameters')).toBeVisible()
  })

  it('says that broken code cannot be read', async () => {
    answer(aVersion({ check: aCheck({ className: null, isRunnable: false }) }))
    await draw()

    expect(await screen.findByText('The code of version 2 cannot be read')).toBeVisible()
  })
})

describe('saved sets', () => {
  it('are shown in the form, run and deleted', async () => {
    answer(undefined, [aSet()])
    const deleted = vi.fn()
    server.use(
      http.delete(`${SETS}/set1`, () => {
        deleted()
        return new HttpResponse(null, { status: 204 })
      }),
    )
    await draw()

    await userEvent.click(await screen.findByRole('button', { name: 'Show Cautious' }))

    expect(screen.getByLabelText('buy_rsi')).toHaveValue(20)
    const run = screen.getByRole('link', { name: 'Run with Cautious' })
    expect(run.getAttribute('href')).toContain('parameterSet=set1')
    await userEvent.click(screen.getByRole('button', { name: 'Delete Cautious' }))
    await vi.waitFor(() => expect(deleted).toHaveBeenCalled())
    expect(await screen.findByLabelText('buy_rsi')).toHaveValue(30)
  })

  it('say when they cannot be loaded; the form stays', async () => {
    answer()
    const problem = { title: 'x', status: 403, detail: 'Not now.' }
    server.use(http.get(SETS, () => HttpResponse.json(problem, { status: 403 })))
    await draw()

    expect(await screen.findByText('Not now.')).toBeVisible()
    expect(screen.getByLabelText('buy_rsi')).toBeVisible()
  })
})

describe('values', () => {
  it('of a set stand over the defaults, and only changes are kept', () => {
    const values = withSet(PARAMETERS, { buy: { buy_rsi: 20 }, other: { kind: 'sma' } })

    expect(values).toMatchObject({ buy_rsi: 20, width: 2, kind: 'ema' })
    expect(changedValues(PARAMETERS, values)).toEqual({ buy: { buy_rsi: 20 } })
  })

  it.each([
    [aParameter(), 20, undefined],
    [aParameter(), 20.5, 'Give a whole number.'],
    [aParameter(), Number.NaN, 'Give a number.'],
    [aParameter({ low: null }), 41, 'Give a number from −∞ to 40.'],
    [aParameter({ default: null }), null, undefined],
  ])('%o with %o: %o', (item, value, expected) => {
    expect(wrongValue(item, value)).toBe(expected)
  })

  it('have a step that fits', () => {
    expect(stepOf(aParameter())).toBe(1)
    expect(stepOf(aParameter({ kind: 'decimal', decimals: 2 }))).toBeCloseTo(0.01)
    expect(stepOf(aParameter({ kind: 'real', low: 0, high: 5 }))).toBeCloseTo(0.05)
  })
})
