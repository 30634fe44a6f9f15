import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Table } from '@/components/ui/table'

import { useBlacklist } from './api'
import type { Bot } from './schemas'

/** The bot's pairs, each of which can be taken from it and given back. */
export function PairList({ bot }: { bot: Bot }) {
  const changing = useBlacklist(bot.id)
  return (
    <Panel
      title="Pairs"
      note="A blacklisted pair is not entered; an open trade is managed."
      isFlush
    >
      {changing.error !== null && <Problem error={changing.error} />}
      <Table caption="Pairs and whether they may be entered">
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">Entries</th>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {bot.pairs.map((pair) => {
            const isBanned = bot.blacklist.includes(pair)
            return (
              <tr key={pair}>
                <th scope="row">{pair}</th>
                <td>
                  <Badge tone={isBanned ? 'warning' : 'neutral'}>
                    {isBanned ? 'blacklisted' : 'allowed'}
                  </Badge>
                </td>
                <td>
                  <Button
                    aria-label={`${isBanned ? 'Allow' : 'Blacklist'} ${pair}`}
                    isPending={changing.isPending && changing.variables.pair === pair}
                    onClick={() => changing.mutate({ pair, isBanned: !isBanned })}
                  >
                    {isBanned ? 'Allow' : 'Blacklist'}
                  </Button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </Table>
    </Panel>
  )
}
