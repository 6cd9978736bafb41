import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, unwrap } from './client'
import { entered, whoIs } from './session'
import { hearing } from './stream'
import type { Change } from './types'

/** Whether the server's stream is up. Until it was up once, nothing is claimed. */
type LiveState = 'starting' | 'live' | 'broken'

let state: LiveState = 'starting'
const listeners = new Set<() => void>()

function become(next: LiveState) {
  state = next
  for (const listener of listeners) listener()
}

export const useLiveState = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )

const gathers = 400
/** From how many items on a list is long, and how long it rests. */
const long = 200
const rests = 5000

/**
 * Asks again for whatever the server says has changed; changes that come close together are asked for once. `ring` is
 * told at once of a conversation that waits for a person.
 */
export function followChanges(queries: QueryClient, ring?: (conversation: string) => void): () => void {
  const stale = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    timer = undefined
    const keys = [...stale.values()]
    stale.clear()
    for (const queryKey of keys) {
      if (later(queryKey)) note(queryKey)
      else void queries.invalidateQueries({ queryKey })
    }
  }
  /** The list of integrations is read whole: a long one not more often than every few seconds. */
  const later = (key: QueryKey) => {
    const state = key[0] === 'integrations' ? queries.getQueryState<unknown[]>(key) : undefined
    return state !== undefined && (state.data?.length ?? 0) > long && Date.now() - state.dataUpdatedAt < rests
  }
  const note = (...keys: QueryKey[]) => {
    for (const key of keys) stale.set(JSON.stringify(key), key)
    timer ??= setTimeout(flush, gathers)
  }
  const hear = (change: Partial<Change>) => {
    note(...touched(change))
    if (change.kind === 'handoff' && change.id) ring?.(change.id)
  }
  const stream = hearing(told => {
    if (told.type === 'news') return hear(read(told.data))
    const before = state
    become(told.type === 'open' ? 'live' : 'broken')
    // A stream also breaks because the session is over; who asks is told.
    if (before === 'broken' || told.type === 'broken') void stillIn()
    if (told.type !== 'open') return
    if (before === 'broken') void queries.invalidateQueries()
    // What was asked before the stream was up may have changed in between, and nobody was told.
    else if (before === 'starting') void queries.invalidateQueries({ predicate: asked })
  })
  const begin = () => stream.begin()
  const end = () => stream.end()
  // A page that waits in the browser's cache for the back button must hold no connection, and has missed what changed.
  const shown = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    begin()
    // Nor was it told that somebody else logged in.
    void stillIn()
    void queries.invalidateQueries()
  }
  begin()
  addEventListener('pagehide', end)
  addEventListener('pageshow', shown)
  return () => {
    removeEventListener('pagehide', end)
    removeEventListener('pageshow', shown)
    end()
    clearTimeout(timer)
    become('starting')
  }
}

const followed = new Set([
  'integrations',
  'integration',
  'bots',
  'bot',
  'conversations',
  'conversation',
  'events',
  'incidents',
])

/** Whether a query that news are about was asked already. */
const asked = ({ queryKey, state }: Query) =>
  followed.has(String(queryKey[0])) && (state.dataUpdatedAt > 0 || state.fetchStatus === 'fetching')

/** Asks once at a time whether the session still stands, and whose it is. */
let asking: Promise<void> | undefined
function stillIn() {
  asking ??= unwrap(api.GET('/api/v1/me'))
    .then(now => entered(whoIs(now), false))
    // Not reached: there is nothing to say about the session.
    .catch(() => {})
    .finally(() => {
      asking = undefined
    })
  return asking
}

function read(data: unknown): Partial<Change> {
  try {
    return JSON.parse(String(data)) as Change
  } catch {
    return {}
  }
}

/** Which queries a change touches. The id `*` means that some changes were missed: all of the kind. */
export function touched({ kind, id, integration_id }: Partial<Change>): QueryKey[] {
  const one = id === '*' ? [] : [id]
  switch (kind) {
    case 'integration':
      return [['integrations'], ['integration', ...one]]
    case 'bot':
      return [['bots'], ['bot', ...one]]
    case 'conversation':
    case 'handoff':
    case 'event': {
      const own = kind !== 'event' ? [['conversations'], ['conversation', ...one]] : [['events'], ['incidents']]
      return integration_id ? [...own, ['integrations'], ['integration', integration_id]] : own
    }
    default:
      return []
  }
}
