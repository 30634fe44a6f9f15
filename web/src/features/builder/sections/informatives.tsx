import { useBuilder, useSet } from '../context'
import { insert, set } from '../model/paths'
import { holdsCode, renameInformative } from '../model/references'
import { type Informative, TIMEFRAMES } from '../model/spec'
import { AddButton } from '../parts/add-button'
import { Choice, wordsOf } from '../parts/choice'
import { ProblemList } from '../parts/problem-list'
import { RemoveButton } from '../parts/removable'
import { Section } from '../parts/section'
import { TextInput } from '../parts/text-input'
import { IndicatorList } from './indicators'
import styles from './sections.module.css'

/** Candles of longer timeframes or other pairs, with indicators of their own. */
export function Informatives() {
  const { spec, edit } = useBuilder()
  const items = spec.informatives
  const add = () =>
    edit((before) => {
      const longer =
        TIMEFRAMES[Math.min(TIMEFRAMES.length - 1, TIMEFRAMES.indexOf(before.timeframe) + 2)]
      const timeframe = longer ?? '1d'
      const taken = new Set(before.informatives.map(({ name }) => name))
      let name: string = timeframe
      for (let number = 2; taken.has(name); number++) name = `${timeframe}_${number}`
      const made: Informative = { name, timeframe, indicators: [] }
      return insert(before, 'informatives', before.informatives.length, made)
    })
  return (
    <Section
      title="Other candles"
      summary={items.length === 0 ? 'none' : items.map(({ name }) => name).join(', ')}
      path="informatives"
    >
      {items.map((item, index) => (
        <InformativeCard key={index} index={index} item={item} />
      ))}
      <AddButton text="Longer timeframe or other pair" onAdd={add} />
    </Section>
  )
}

function InformativeCard({ index, item }: { index: number; item: Informative }) {
  const { edit } = useBuilder()
  const path = `informatives.${index}`
  const setTimeframe = useSet(`${path}.timeframe`)
  const setPair = (pair: string) =>
    edit((spec) =>
      set(
        spec,
        `${path}.pair`,
        pair === '' ? undefined : pair.toUpperCase().replace('{STAKE}', '{stake}'),
      ),
    )
  return (
    <div className={styles['card']}>
      <div className={styles['head']}>
        <TextInput
          path={`${path}.name`}
          label={`Name of the candles ${item.name}`}
          value={item.name}
          maxLength={16}
          isQuiet
          onCommit={(name) => edit((spec) => renameInformative(spec, index, name))}
        />
        <Choice
          label={`Timeframe of ${item.name}`}
          path={`${path}.timeframe`}
          value={item.timeframe}
          options={wordsOf(TIMEFRAMES)}
          onChange={setTimeframe}
        />
        <span className={styles['space']} />
        {!holdsCode(item) && <RemoveButton path={path} label={`the candles ${item.name}`} />}
      </div>
      <div className={styles['row']}>
        of
        <TextInput
          path={`${path}.pair`}
          label={`Pair of ${item.name}`}
          value={item.pair ?? ''}
          onCommit={setPair}
        />
        <span className={styles['muted']}>
          {item.pair === undefined
            ? 'empty: the pair that is traded'
            : '{stake}: the currency of the run'}
        </span>
      </div>
      <IndicatorList list={`${path}.indicators`} items={item.indicators} frame={item.name} />
      <ProblemList path={path} except={['indicators']} />
    </div>
  )
}
