import { describe, expect, it } from 'vitest'
import type { Fleet } from '../../api/types'
import { databaseState, queueState, workersState } from './fleet'

const at = '2026-11-25T12:00:00Z'
const before = (ms: number) => new Date(new Date(at).getTime() - ms).toISOString()
const empty = { waiting: 0, oldest_at: null }
const queues = { inbox: empty, calls: empty, timers: empty, outbox: empty, dead_letters: empty }

describe('a queue', () => {
  it.each([
    ['inbox', 9_000, 'ok'],
    ['inbox', 10_000, 'warn'],
    ['inbox', 120_000, 'fail'],
    ['calls', 30_000, 'ok'],
    ['timers', 600_000, 'fail'],
    ['outbox', 86_400_000, 'warn'],
    ['dead_letters', 0, 'warn'],
  ] as const)('%s with something that waits for %d ms is %s', (name, age, state) =>
    expect(queueState(name, { at, queues: { ...queues, [name]: { waiting: 1, oldest_at: before(age) } } })).toBe(state),
  )

  it('without anything is well', () => expect(queueState('dead_letters', { at, queues })).toBe('ok'))
})

const worker = { name: 'a/1', version: '1', works: true, parts: 256, alive: true, started_at: at, seen_at: at }
const parts = { total: 256, held: 256, unowned: 0 }

describe('workers', () => {
  it.each([
    [[worker], parts, 'ok'],
    [[worker], { ...parts, held: 200, unowned: 56 }, 'warn'],
    [[{ ...worker, alive: false }], parts, 'fail'],
    [[{ ...worker, works: false }], parts, 'fail'],
    [[], parts, 'fail'],
  ])('%#', (workers, parts, state) => expect(workersState({ workers, parts })).toBe(state))
})

describe('the database', () => {
  const database: Fleet['database'] = {
    engine: 'postgresql',
    version: '15.9',
    durable: true,
    synchronous: false,
    settings: [],
    standbys: null,
  }
  const standby = { name: 'two', state: 'streaming', lag_bytes: 0, lag_ms: null }
  it('must not forget what it has confirmed', () => {
    expect(databaseState({ database })).toBe('ok')
    expect(databaseState({ database: { ...database, durable: false } })).toBe('fail')
  })
  it('misses the standby that it waits for', () => {
    const waits = { ...database, synchronous: true }
    expect(databaseState({ database: waits })).toBe('warn')
    expect(databaseState({ database: { ...waits, standbys: [{ ...standby, sync: 'async' }] } })).toBe('warn')
    expect(databaseState({ database: { ...waits, standbys: [{ ...standby, sync: 'sync' }] } })).toBe('ok')
    expect(databaseState({ database: { ...waits, standbys: [{ ...standby, sync: null }] } })).toBe('ok')
  })
})
