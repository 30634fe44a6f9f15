import { useMutation, useQueryClient } from '@tanstack/react-query'

import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import { sentenceOf } from '@/lib/problem'

import { saveVersion, type Strategy, strategyQueries } from '../api'

/** Saves an older version's code and parameters once more, as the newest version. */
export function RestoreButton({ strategy, number }: { strategy: Strategy; number: number }) {
  const client = useQueryClient()
  const restore = useMutation({
    mutationFn: async () => {
      const old = await client.query(strategyQueries.version(strategy.id, number))
      return saveVersion(strategy.id, {
        code: old.code ?? '',
        note: `Version ${number} restored`,
        parameters: old.parameters,
      })
    },
    onSuccess: async (made) => {
      toast(`Version ${number} is restored as version ${made.number}.`)
      await client.invalidateQueries({ queryKey: ['strategies'] })
    },
  })
  return (
    <>
      {restore.isError && <span role="alert">{sentenceOf(restore.error)}</span>}
      <Button
        look="quiet"
        aria-label={`Restore version ${number}`}
        isPending={restore.isPending}
        onClick={() => restore.mutate()}
      >
        Restore
      </Button>
    </>
  )
}
