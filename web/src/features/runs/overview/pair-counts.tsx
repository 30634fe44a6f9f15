import { ScrollArea } from '@/components/ui/scroll-area'
import { Table } from '@/components/ui/table'
import { formatNumber } from '@/lib/format'

import styles from './overview.module.css'

/** A table with a row of counts, or of what is said in words, for each pair. */
export function PairCounts<Pair extends { pair: string }>({
  label,
  heading,
  columns,
  pairs,
}: {
  label: string
  heading: string
  columns: readonly (readonly [string, (of: Pair) => number | string])[]
  pairs: readonly Pair[]
}) {
  return (
    <ScrollArea label={label} className={styles['scroll']}>
      <Table caption={`${label} within the run’s time`}>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {columns.map(([name]) => (
              <th key={name} scope="col" data-kind="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pairs.map((of) => (
            <tr key={of.pair}>
              <th scope="row">{of.pair}</th>
              {columns.map(([name, count]) => (
                <td key={name} data-kind="number">
                  {shown(count(of))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </ScrollArea>
  )
}

const shown = (value: number | string) =>
  typeof value === 'string' ? value : formatNumber(value, 0)
