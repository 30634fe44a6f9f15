import { useBuilder, useSet } from '../context'
import { addIndicator, CLOSE, valueOf } from '../model/making'
import { set } from '../model/paths'
import { countIndicatorUses } from '../model/references'
import { indicatorList, indicatorsOn, isPattern } from '../model/registry'
import { type Column, FIELDS, type IndicatorValue, type Spec } from '../model/spec'
import { Choice, wordsOf } from '../parts/choice'
import { NumControl } from '../parts/num-control'
import { Settings } from '../parts/setting-control'
import styles from './conditions.module.css'

/** Opens the menu of indicators, and puts a value of the chosen one here. */
export function useIndicatorPick(path: string, frame: string | undefined): () => void {
  const { edit, pickIndicator, focusOn } = useBuilder()
  return () =>
    pickIndicator({
      wants: 'values',
      onPick: (entry) => {
        edit((before) => {
          const added = addIndicator(before, entry, frame)
          return set(added.spec, path, valueOf(entry, added.name, frame))
        })
        focusOn(`operand:${path}`)
      },
    })
}

export function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles['field']}>
      <span className={styles['fieldName']}>{name}</span>
      <div>{children}</div>
    </div>
  )
}

interface ColumnProps {
  path: string
  about: string
  value: Column
}

/** A price or an indicator: which one, on which candles, how long ago. */
export function ColumnFields({ path, about, value }: ColumnProps) {
  const { spec, edit } = useBuilder()
  const change = useSet(path)
  return (
    <>
      {value.kind === 'price' ? (
        <Row name="Price">
          <Choice
            label={`Price, ${about}`}
            value={value.field}
            options={wordsOf(FIELDS)}
            onChange={(field) => change({ ...value, field })}
          />
        </Row>
      ) : (
        <IndicatorFields path={path} about={about} value={value} />
      )}
      {spec.informatives.length > 0 && (
        <Row name="Candles">
          <Choice
            label={`Candles, ${about}`}
            value={value.frame ?? ''}
            options={[
              ['', `the strategy’s own (${spec.timeframe})`],
              ...spec.informatives.map(({ name }) => [name, name] as const),
            ]}
            onChange={(frame) => edit((before) => onFrame(before, path, value, frame))}
          />
        </Row>
      )}
      <Row name="Candles ago">
        <NumControl
          path={`${path}.ago`}
          label={`Candles ago, ${about}`}
          value={value.ago}
          wish={{ name: 'ago', low: 0, high: 500, isWhole: true }}
        />
      </Row>
    </>
  )
}

/** The same value on other candles; an indicator that is not computed there becomes the close. */
function onFrame(spec: Spec, path: string, value: Column, frame: string): Spec {
  const { frame: _, ...rest } = value
  const place = frame === '' ? {} : { frame }
  const known = indicatorsOn(spec, frame === '' ? undefined : frame)
  const isThere = value.kind === 'price' || known.some(({ name }) => name === value.name)
  return set(spec, path, isThere ? { ...rest, ...place } : { ...CLOSE, ...place })
}

function IndicatorFields({
  path,
  about,
  value,
}: {
  path: string
  about: string
  value: IndicatorValue
}) {
  const { spec, registry } = useBuilder()
  const change = useSet(path)
  const pick = useIndicatorPick(path, value.frame)
  const uses = indicatorsOn(spec, value.frame).filter((use) => !isPattern(registry, use))
  const use = uses.find(({ name }) => name === value.name)
  const entry = use && registry.get(use.indicator)
  const index = use === undefined ? -1 : listIndex(spec, value)
  const list = `${indicatorList(spec, value.frame)}.${index}`
  const count = use === undefined ? 0 : countIndicatorUses(spec, list)
  return (
    <>
      <Row name="Indicator">
        <Choice
          label={`Indicator, ${about}`}
          path={`${path}.name`}
          value={value.name}
          options={[
            ...uses.map(
              ({ name, indicator }) =>
                [name, titleOf(name, registry.get(indicator)?.title)] as const,
            ),
            ['+', 'New indicator…'],
          ]}
          onChange={(name) => {
            if (name === '+') pick()
            else {
              const chosen = uses.find((each) => each.name === name)
              const output = registry.get(chosen?.indicator ?? '')?.outputs[0]?.name ?? ''
              change({ ...value, name, output })
            }
          }}
        />
      </Row>
      {entry !== undefined && entry.outputs.length > 1 && (
        <Row name="Line">
          <Choice
            label={`Line, ${about}`}
            path={`${path}.output`}
            value={value.output}
            options={entry.outputs.map(({ name, title }) => [name, title] as const)}
            onChange={(output) => change({ ...value, output })}
          />
        </Row>
      )}
      {entry !== undefined && use !== undefined && (
        <div className={styles['part']}>
          <p className={styles['meaning']}>{entry.meaning}</p>
          <Settings path={list} use={use} />
          {count > 1 && entry.settings.length > 0 && (
            <p className={styles['meaning']}>Used in {count} places; all of them change.</p>
          )}
        </div>
      )}
    </>
  )
}

function titleOf(name: string, title: string | undefined): string {
  return title === undefined ? name : `${name}: ${title}`
}

function listIndex(spec: Spec, value: IndicatorValue): number {
  const items =
    value.frame === undefined
      ? spec.indicators
      : (spec.informatives.find(({ name }) => name === value.frame)?.indicators ?? [])
  return items.findIndex((item) => item.kind === 'indicator' && item.name === value.name)
}
