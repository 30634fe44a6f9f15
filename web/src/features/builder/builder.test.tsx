import { configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { Builder } from './builder'
import type { SpecProblem } from './model/api'
import type { Spec } from './model/spec'
import { anExample, aRule, aSpec, LOW_RSI, REGISTRY, WEEKEND } from './testing'

// Changes go through pauses, menus and the API: slow machines take their time.
configure({ asyncUtilTimeout: 10_000 })
vi.setConfig({ testTimeout: 30_000 })

afterEach(() => sessionStorage.clear())

/** The API's side: code is the spec itself as JSON; problems are what a test says about a spec. */
let begun = ''
function answer(first: Spec, problemsOf: (spec: Spec) => SpecProblem[] = () => []) {
  begun = JSON.stringify(first)
  const compiled = (spec: Spec) => ({
    spec,
    code: JSON.stringify(spec),
    sentence: `It trades on ${spec.timeframe} candles.`,
    startupCandles: 30,
  })
  server.use(
    http.get(`${API}/indicators`, () => HttpResponse.json({ items: REGISTRY })),
    http.get(`${API}/specs/examples`, () => HttpResponse.json({ items: [anExample()] })),
    http.get(`${API}/market-data/exchanges`, () => HttpResponse.json({ items: [] })),
    http.post(`${API}/specs/parse`, async ({ request }) => {
      const { code } = (await request.json()) as { code: string }
      if (code === 'broken') {
        return HttpResponse.json(
          { title: 'Invalid', status: 422, detail: 'Line 1 is no Python.' },
          { status: 422 },
        )
      }
      return HttpResponse.json(compiled(JSON.parse(code) as Spec))
    }),
    http.post(`${API}/specs/check`, async ({ request }) => {
      const { spec } = (await request.json()) as { spec: Spec }
      const problems = problemsOf(spec)
      const isFine = problems.length === 0
      return HttpResponse.json({
        problems,
        sentence: isFine ? compiled(spec).sentence : null,
        startupCandles: isFine ? 30 : null,
      })
    }),
    http.post(`${API}/specs/compile`, async ({ request }) =>
      HttpResponse.json(compiled(((await request.json()) as { spec: Spec }).spec)),
    ),
  )
}

/** A page that holds the draft, as the editor does. */
async function draw(onShowCode = vi.fn()) {
  const seen = vi.fn<(spec: Spec) => void>()
  let type: (code: string) => void = () => undefined
  function Draft() {
    const [code, setCode] = useState(begun)
    type = setCode
    return (
      <Builder
        strategyId="s1"
        isShown
        code={code}
        onCode={(changed) => {
          seen(JSON.parse(changed) as Spec)
          setCode(changed)
        }}
        onShowCode={onShowCode}
        chart={() => null}
      />
    )
  }
  await show(<Draft />)
  await screen.findByRole('region', { name: 'Blocks' })
  const latest = () => seen.mock.lastCall?.[0]
  return { seen, latest, type: (code: string) => type(code), onShowCode }
}

const conditions = (of = 'the rule dip') =>
  screen.getByRole('list', { name: `Conditions of ${of}` })
const named = (name: string) => within(conditions()).getByRole('listitem', { name })
const order = () =>
  within(conditions())
    .getAllByRole('listitem')
    .flatMap((item) => item.getAttribute('aria-label') ?? [])

async function choose(menu: string, item: RegExp) {
  await userEvent.click(screen.getByRole('button', { name: menu }))
  await userEvent.click(await screen.findByRole('menuitem', { name: item }))
}

describe('blocks', () => {
  it('show the strategy, its sentence and its rules', async () => {
    answer(aSpec())
    await draw()

    expect(screen.getByText('It trades on 1h candles.')).toBeInTheDocument()
    expect(order()).toEqual(['close is above fast', 'rsi(14) is below 30'])
  })

  it('write code after a change', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await userEvent.selectOptions(screen.getByLabelText('Timeframe'), '4h')

    await waitFor(() => expect(latest()?.timeframe).toBe('4h'))
    expect(await screen.findByText('It trades on 4h candles.')).toBeInTheDocument()
    expect(screen.getByText('In step with the code')).toBeInTheDocument()
  })

  it('follow the code that is typed', async () => {
    answer(aSpec())
    const { type } = await draw()

    type(JSON.stringify(aSpec({ entries: [aRule(WEEKEND, { tag: 'weekend' })] })))

    expect(
      await screen.findByRole('list', { name: 'Conditions of the rule weekend' }),
    ).toBeInTheDocument()
  })

  it('stay as they were, closed, while the code cannot be read', async () => {
    answer(aSpec())
    const { type, onShowCode } = await draw()

    type('broken')

    expect(await screen.findByText(/cannot be read now: Line 1 is no Python/)).toBeInTheDocument()
    expect(order()).toHaveLength(2)
    // eslint-disable-next-line testing-library/no-node-access -- the part that is closed has no role
    expect(conditions().closest('[inert]')).not.toBeNull()
    await userEvent.click(screen.getByRole('button', { name: 'Show the code' }))
    expect(onShowCode).toHaveBeenCalled()
  })

  it('begin anew from an example, keep the class, and come back with undo', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await userEvent.click(screen.getByRole('button', { name: 'Examples' }))
    await userEvent.click(await screen.findByRole('button', { name: /Golden cross/ }))
    await waitFor(() => expect(latest()?.entries).toEqual([aRule(WEEKEND, { tag: 'golden' })]))
    expect(latest()?.name).toBe('Dips')

    await userEvent.click(screen.getByRole('button', { name: /^Undo/ }))
    expect(order()).toHaveLength(2)
  })
})

describe('conditions', () => {
  it('are added from the menu of kinds', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await choose('Add a condition to the rule dip', /^Weekdays/)
    await userEvent.click(await within(conditions()).findByRole('checkbox', { name: 'Mon' }))

    await waitFor(() =>
      expect(latest()?.entries[0]).toMatchObject({
        when: { conditions: [{}, {}, { kind: 'weekdays', days: ['tue', 'wed', 'thu', 'fri'] }] },
      }),
    )
  })

  it('move by keyboard, keep the focus and say where they went', async () => {
    answer(aSpec())
    await draw()
    const more = within(named('rsi(14) is below 30')).getByRole('button', { name: /^More for/ })

    more.focus()
    fireEvent.keyDown(more, { key: 'ArrowUp', altKey: true })

    expect(order()).toEqual(['rsi(14) is below 30', 'close is above fast'])
    expect(screen.getByText('Moved up: rsi(14) is below 30.')).toBeInTheDocument()
    await waitFor(() =>
      expect(
        within(named('rsi(14) is below 30')).getByRole('button', { name: /^More for/ }),
      ).toHaveFocus(),
    )
  })

  it('say that there is no place above the first one', async () => {
    answer(aSpec())
    await draw()

    fireEvent.keyDown(named('close is above fast'), { key: 'ArrowUp', altKey: true })

    expect(screen.getByText('There is no place above.')).toBeInTheDocument()
  })

  it('go with “remove” and come back with Ctrl Z', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await choose('More for: close is above fast', /^Remove/)
    await waitFor(() => expect(latest()?.entries).toEqual([aRule(LOW_RSI)]))
    fireEvent.keyDown(screen.getByRole('region', { name: 'Blocks' }), { key: 'z', ctrlKey: true })

    expect(order()).toHaveLength(2)
  })

  it('look at a new indicator, chosen from the registry by a word', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await userEvent.click(screen.getByRole('button', { name: 'fast, right side' }))
    await userEvent.selectOptions(
      await screen.findByLabelText('Indicator, right side'),
      'New indicator…',
    )
    await userEvent.type(await screen.findByRole('searchbox', { name: 'Search' }), 'bands{Enter}')

    await waitFor(() =>
      expect(latest()?.indicators.at(-1)).toMatchObject({
        name: 'bollinger',
        indicator: 'bollinger',
      }),
    )
    expect(latest()?.entries[0]).toMatchObject({
      when: { conditions: [{ right: { name: 'bollinger', output: 'upper' } }, {}] },
    })
  })
})

describe('what is wrong', () => {
  it('stands at its block with the advice, and the code waits', async () => {
    answer(aSpec(), (spec) =>
      spec.indicators.some((item) => item.kind === 'indicator' && item.settings['length'] === 9999)
        ? [{ path: 'indicators.1.settings.length', message: 'At most 500. Choose less.' }]
        : [],
    )
    const { seen } = await draw()
    const card = screen.getByRole('listitem', { name: 'Indicator rsi' })
    const length = within(card).getByRole('textbox', { name: 'Length of rsi' })

    await userEvent.clear(length)
    await userEvent.type(length, '9999')

    expect(await within(card).findByText('At most 500. Choose less.')).toBeInTheDocument()
    expect(length).toBeInvalid()
    expect(screen.getByText(/^1 problem to solve/)).toBeInTheDocument()
    expect(JSON.stringify(seen.mock.calls)).not.toContain('9999')
  })
})

describe('code that is no block', () => {
  const spec = aSpec({
    entries: [
      aRule({ kind: 'all', conditions: [LOW_RSI, { kind: 'code', code: 'my_filter(dataframe)' }] }),
      { kind: 'code', code: 'dataframe = clean(dataframe)' },
      aRule(WEEKEND, { tag: 'weekend' }),
    ],
    code: [{ place: 'class', after: '', code: 'def bot_start(self): ...' }],
  })

  it('is shown in its place', async () => {
    answer(spec)
    await draw()

    for (const code of ['my_filter(dataframe)', 'dataframe = clean(dataframe)']) {
      expect(screen.getByText(code)).toBeVisible()
    }
    expect(screen.getByText('def bot_start(self): ...')).toBeInTheDocument()
  })

  it('cannot be removed, and no rule passes it', async () => {
    answer(spec)
    const { seen } = await draw()

    await userEvent.click(screen.getByRole('button', { name: 'More for the rule dip' }))
    expect(await screen.findByRole('menuitem', { name: /^Remove the rule/ })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
    await userEvent.click(screen.getByRole('menuitem', { name: /^Move down/ }))

    expect(screen.getByText('There is no place there: rules do not pass code.')).toBeInTheDocument()
    expect(seen).not.toHaveBeenCalled()
  })

  it('stays word for word when a block beside it changes', async () => {
    answer(spec)
    const { latest } = await draw()

    const [first] = screen.getAllByLabelText('How they compare')
    if (first === undefined) throw new Error('no comparison')
    await userEvent.selectOptions(first, 'is at or below')

    await waitFor(() =>
      expect(latest()?.entries[0]).toMatchObject({
        when: { conditions: [{ sign: '<=' }, { kind: 'code', code: 'my_filter(dataframe)' }] },
      }),
    )
    expect(latest()?.entries.slice(1)).toEqual(spec.entries.slice(1))
    expect(latest()?.code).toEqual(spec.code)
  })
})

describe('numbers', () => {
  it('become parameters and numbers again', async () => {
    answer(aSpec())
    const { latest } = await draw()

    await userEvent.click(screen.getByRole('button', { name: 'Make a parameter of Length of rsi' }))
    await waitFor(() =>
      expect(latest()?.parameters).toMatchObject([
        { name: 'rsi_length', kind: 'int', default: 14 },
      ]),
    )
    await userEvent.click(
      screen.getByRole('button', { name: 'Use a plain number for Length of rsi' }),
    )

    await waitFor(() => expect(latest()?.parameters).toEqual([]))
    expect(latest()).toEqual(aSpec())
  })

  it('are percentages where the spec has shares', async () => {
    answer(aSpec())
    const { latest } = await draw()
    const stop = screen.getByRole('textbox', { name: 'Stop loss' })

    expect(stop).toHaveValue('10')
    await userEvent.clear(stop)
    await userEvent.type(stop, '7.5')

    await waitFor(() => expect(latest()?.risk.stop_loss).toBe(0.075))
  })
})
