import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { z } from 'zod'

import { followDocument } from '@/lib/live'
import { useSession } from '@/lib/session'

import { isSettled, runQueries } from './api'
import { failureSchema, progressSchema } from './schemas'
import { RUN_STATES } from './words'

const POLL_MS = 2_000
const POLL_WITH_LISTENER_MS = 20_000

// A Firestore timestamp; the SDK's class is not imported for its type alone.
const timestampSchema = z
  .custom<{ toDate: () => Date }>((value) => {
    return typeof value === 'object' && value !== null && 'toDate' in value
  })
  .transform((value) => value.toDate().toISOString())

/** The fields of `users/{uid}/runs/{id}` that change while a run is under way. */
const liveSchema = z.object({
  state: z.enum(RUN_STATES),
  attempt: z.number(),
  progress: progressSchema.nullable(),
  logTail: z.string(),
  failure: failureSchema.nullable(),
  enteredAt: z.partialRecord(z.enum(RUN_STATES), timestampSchema),
})

/** Writes a change of the run's document into the cache; components do not know where it came from. */
export function applyChange(client: QueryClient, id: string, fields: unknown): void {
  const parsed = liveSchema.safeParse(fields)
  const key = runQueries.detail(id).queryKey
  if (!parsed.success) {
    void client.invalidateQueries({ queryKey: key })
    return
  }
  client.setQueryData(key, (run) => (run === undefined ? run : { ...run, ...parsed.data }))
  if (!isSettled(parsed.data)) return
  // What the document leaves to the API: verified figures, and the lists.
  void client.invalidateQueries({ queryKey: key })
  void client.invalidateQueries({ queryKey: runQueries.lists() })
}

/** A run, kept current while it is under way: by Firestore's listener, else by asking again. */
export function useLiveRun(id: string) {
  const client = useQueryClient()
  const session = useSession()
  const userId = session.status === 'signedIn' ? session.user.id : null
  const [isListening, setIsListening] = useState(false)
  const query = useQuery({
    ...runQueries.detail(id),
    refetchInterval: ({ state }) => {
      if (state.data === undefined || isSettled(state.data)) return false
      return isListening ? POLL_WITH_LISTENER_MS : POLL_MS
    },
  })
  const isUnderWay = query.data !== undefined && !isSettled(query.data)
  useEffect(() => {
    if (!isUnderWay || userId === null) return
    return followDocument(
      `users/${userId}/runs/${id}`,
      (fields) => {
        setIsListening(true)
        applyChange(client, id, fields)
      },
      () => setIsListening(false),
    )
  }, [client, id, isUnderWay, userId])
  return query
}
