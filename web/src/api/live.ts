import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Change } from './types'

/** Whether the server's stream is up. Until it was up once, nothing is claimed. */
export type LiveState = 'starting' | 'live' | 'broken'

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
const triesAgain = 4000

/** Asks again for whatever the server says has changed; changes that come close together are asked for once. */
export function followChanges(queries: QueryClient): () => void {
  const stale = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let source: EventSource | undefined

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
  const open = () => {
    source = new EventSource('/api/v1/stream')
    source.onopen = () => {
      const again = state === 'broken'
      become('live')
      if (again) void queries.invalidateQueries()
    }
    source.onmessage = ({ data }) => note(...touched(read(data)))
    source.onerror = () => {
      become('broken')
      // The browser gives up for good when the answer was not a stream.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, triesAgain)
    }
  }
  open()
  return () => {
    source?.close()
    clearTimeout(timer)
    clearTimeout(retry)
    become('starting')
  }
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
    case 'event': {
      const own = kind === 'conversation' ? [['conversations'], ['conversation', ...one]] : [['events'], ['incidents']]
      return integration_id ? [...own, ['integrations'], ['integration', integration_id]] : own
    }
    default:
      return []
  }
}
