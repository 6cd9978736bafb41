import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { followChanges } from './live'

class Source {
  static readonly CLOSED = 2
  static last: Source
  readyState = 1
  onopen?: () => void
  onmessage?: (event: { data: string }) => void
  onerror?: () => void
  constructor() {
    Source.last = this
  }
  close() {}
}

afterEach(() => vi.unstubAllGlobals())

test('what was asked before the stream was up is asked again once it is', async () => {
  vi.stubGlobal('EventSource', Source)
  vi.stubGlobal('addEventListener', () => {})
  vi.stubGlobal('removeEventListener', () => {})
  const queries = new QueryClient()
  queries.setQueryData(['integrations'], [{ health: 'ok' }])
  queries.setQueryData(['me'], { name: 'Mara' })
  const stop = followChanges(queries)
  expect(queries.getQueryState(['integrations'])?.isInvalidated).toBe(false)
  Source.last.onopen?.()
  expect(queries.getQueryState(['integrations'])?.isInvalidated).toBe(true)
  expect(queries.getQueryState(['me'])?.isInvalidated).toBe(false)
  stop()
})
