import { ScrollArea } from '@/components/ui/scroll-area'
import { Table } from '@/components/ui/table'

import styles from './compare.module.css'
import { type ComparedRun, letterOf, splitSettings } from './model'

/** Settings that differ, then those that all runs share. */
export function SettingsTable({ runs }: { runs: readonly ComparedRun[] }) {
  const { different, same } = splitSettings(runs)
  const [first] = runs
  return (
    <>
      {different.length === 0 ? (
        <p className={styles['note']}>All settings are the same.</p>
      ) : (
        <ScrollArea label="Settings that differ" className={styles['scroll']}>
          <Table caption="Settings that differ">
            <thead>
              <tr>
                <th scope="col">Differs</th>
                {runs.map((run, index) => (
                  <th key={run.id} scope="col">
                    <abbr title={run.name}>{letterOf(index)}</abbr>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {different.map((title) => (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  {runs.map((run) => (
                    <td key={run.id}>{run.settings[title] ?? '–'}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
        </ScrollArea>
      )}
      {same.length > 0 && first !== undefined && (
        <details className={styles['same']}>
          <summary>{same.length} settings are the same</summary>
          <dl className={styles['facts']}>
            {same.map((title) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{first.settings[title] ?? '–'}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  )
}
