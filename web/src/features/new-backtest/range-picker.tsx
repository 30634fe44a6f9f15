import { Slider } from '@base-ui/react/slider'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { formatDate } from '@/lib/format'

import type { Coverage } from './api'
import { ChosenRange, CoverageBar, type Span, wholeSpan } from './coverage-bar'
import styles from './new-backtest.module.css'
import { commonRange, dayStart, toDate } from './plan'

const DAY_MS = 86_400_000
const SHOWN_BARS = 12
const PRESETS = [
  ['Last week', 7],
  ['30 days', 30],
  ['90 days', 90],
  ['A year', 365],
] as const

interface RangePickerProps {
  /** The files of the chosen pairs. */
  files: readonly Coverage[]
  start: string
  end: string
  onChange: (start: string, end: string) => void
  errors: { start: string | undefined; end: string | undefined }
}

/** First and last day: typed, dragged on the strip of what is covered, or from a preset. */
export function RangePicker({ files, start, end, onChange, errors }: RangePickerProps) {
  const span = wholeSpan(files)
  const common = commonRange(files)
  return (
    <div>
      <div className={styles['fields']}>
        <TextField
          label="First day"
          type="date"
          value={start}
          error={errors.start}
          onChange={(event) => onChange(event.target.value, end)}
        />
        <TextField
          label="Last day"
          type="date"
          value={end}
          error={errors.end}
          onChange={(event) => onChange(start, event.target.value)}
        />
      </div>
      {span !== null && (
        <Strip files={files} span={span} start={start} end={end} onChange={onChange} />
      )}
      {common !== null && (
        <div className={styles['tools']}>
          {PRESETS.map(([name, days]) => (
            <Button
              key={name}
              onClick={() => onChange(...lastDays(common, days))}
              disabled={common.until - common.start < days * DAY_MS}
            >
              {name}
            </Button>
          ))}
          <Button onClick={() => onChange(...lastDays(common, Number.POSITIVE_INFINITY))}>
            All that every pair has
          </Button>
        </div>
      )}
    </div>
  )
}

/** First and last day of the last `days` of a span; a first day that is not whole is left out. */
function lastDays(span: Span, days: number): [string, string] {
  const last = Math.floor(span.until / DAY_MS) * DAY_MS - DAY_MS
  const first = Math.max(Math.ceil(span.start / DAY_MS) * DAY_MS, last - (days - 1) * DAY_MS)
  return [toDate(first), toDate(Math.max(first, last))]
}

function Strip({
  files,
  span,
  start,
  end,
  onChange,
}: Omit<RangePickerProps, 'errors'> & { span: Span }) {
  const first = Math.floor(span.start / DAY_MS)
  const last = Math.ceil(span.until / DAY_MS) - 1
  const value = [
    start === '' ? first : dayStart(start) / DAY_MS,
    end === '' ? last : dayStart(end) / DAY_MS,
  ]
  return (
    <div className={styles['strip']}>
      <div className={styles['stripBars']}>
        <ChosenRange
          span={span}
          from={(value[0] ?? first) * DAY_MS}
          to={((value[1] ?? last) + 1) * DAY_MS}
        />
        {files.slice(0, SHOWN_BARS).map((file) => (
          <CoverageBar key={file.pair} file={file} span={span} />
        ))}
      </div>
      <Slider.Root
        value={value}
        min={first}
        max={last}
        onValueChange={([from, to]) => {
          if (from !== undefined && to !== undefined) {
            onChange(toDate(from * DAY_MS), toDate(to * DAY_MS))
          }
        }}
      >
        <Slider.Control className={styles['slider']}>
          <Slider.Track className={styles['track']}>
            <Slider.Indicator className={styles['indicator']} />
            {(['First day', 'Last day'] as const).map((name, index) => (
              <Slider.Thumb
                key={name}
                index={index}
                className={styles['thumb']}
                getAriaLabel={() => name}
                getAriaValueText={(_, day) => formatDate(day * DAY_MS)}
              />
            ))}
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <div className={styles['axis']} aria-hidden>
        <span>{formatDate(span.start)}</span>
        <span>{formatDate(span.until)}</span>
      </div>
    </div>
  )
}
