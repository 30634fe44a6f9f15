import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'

import { fetchDownload } from '../api'
import styles from './details.module.css'

const FILES = [
  [
    'result.zip',
    'Freqtrade’s result',
    'The archive as Freqtrade wrote it; FreqUI and other tools open it.',
  ],
  ['trades.csv', 'Trades', 'One line a trade, for spreadsheets.'],
  ['trades.json', 'Trades with orders', 'Every trade and order, verified.'],
  ['summary.json', 'Summary', 'Every verified figure and the settings.'],
  ['equity.json', 'Balance', 'The balance at every candle.'],
  ['certificate.json', 'Data certificate', 'What the candles under the run are like.'],
  ['log.txt', 'Log', 'What the run printed.'],
] as const

/** What holds the code, or what it printed: not there where the code is not shown. */
const WITH_CODE = ['result.zip', 'log.txt']

interface FilesPanelProps {
  runId: string
  isClosed: boolean
}

/** The result's files. Their signed addresses are asked for when one is wanted, and kept nowhere. */
export function FilesPanel({ runId, isClosed }: FilesPanelProps) {
  const download = useMutation({
    mutationFn: (name: string) => fetchDownload(runId, name),
    onSuccess: (url) => {
      const link = document.createElement('a')
      link.href = url
      link.rel = 'noreferrer'
      link.click()
    },
  })
  return (
    <Panel title="Files">
      {download.isError && <Problem error={download.error} />}
      <ul className={styles['files']}>
        {FILES.filter(([name]) => !isClosed || !WITH_CODE.includes(name)).map(
          ([name, title, about]) => (
            <li key={name}>
              <div>
                <strong>{title}</strong>
                <p>{about}</p>
              </div>
              <Button
                isPending={download.isPending && download.variables === name}
                onClick={() => download.mutate(name)}
              >
                <Download size={16} aria-hidden /> {name}
              </Button>
            </li>
          ),
        )}
      </ul>
    </Panel>
  )
}
