import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../../api/client'
import { close, type Definition, open } from './definition'
import { setField } from './edit'
import type { Keeper } from './keep'
import { Saver } from './save'
import { createDesk } from './store'

const file: Definition = {
  format: 1,
  name: 'Menu',
  start: 'a',
  nodes: [
    { id: 'a', type: 'question_text', text: 'One' },
    { id: 'b', type: 'end', text: 'Two' },
  ],
  layout: { a: [0, 0], b: [300, 0] },
}

/** A server with one draft. */
class Server {
  revision = 1
  definition = file
  down = false
  saves = 0

  save = async (revision: number, definition: Definition) => {
    if (this.down) throw new ApiError(0)
    if (revision !== this.revision) throw new ApiError(409)
    this.saves += 1
    this.revision += 1
    this.definition = definition
    return this.revision
  }
  load = async () => ({ revision: this.revision, definition: this.definition })
}

const keeper = { keep() {}, close() {} } as unknown as Keeper

function tab(server: Server) {
  const doc = open(server.definition)
  const desk = createDesk({ doc })
  const saver = new Saver(desk, keeper, server as never, doc, server.revision, false)
  const edit = (id: string, text: string) => desk.getState().change('edit', now => setField(now, id, 'text', text))
  const text = (id: string) => desk.getState().doc.nodes[id]?.text
  return { desk, saver, edit, text }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('saving', () => {
  it('happens by itself when typing pauses, and once', async () => {
    const server = new Server()
    const one = tab(server)
    one.edit('a', 'x')
    one.edit('a', 'xy')
    expect(one.saver.store.getState().state).toBe('waiting')
    await vi.runAllTimersAsync()
    expect(server.saves).toBe(1)
    expect(open(server.definition).nodes.a?.text).toBe('xy')
    expect(one.saver.store.getState().state).toBe('saved')
  })

  it('is tried again while the server is away, and loses nothing', async () => {
    const server = new Server()
    const one = tab(server)
    server.down = true
    one.edit('a', 'x')
    await vi.advanceTimersByTimeAsync(1000)
    expect(one.saver.store.getState().state).toBe('failed')
    one.edit('b', 'y')
    server.down = false
    await vi.advanceTimersByTimeAsync(6000)
    expect(close(one.desk.getState().doc)).toEqual(server.definition)
  })

  it('joins two tabs that changed different things', async () => {
    const server = new Server()
    const [one, two] = [tab(server), tab(server)]
    one.edit('a', 'first tab')
    await vi.runAllTimersAsync()
    two.edit('b', 'second tab')
    await vi.runAllTimersAsync()
    expect(two.text('a')).toBe('first tab')
    expect(open(server.definition).nodes).toMatchObject({ a: { text: 'first tab' }, b: { text: 'second tab' } })
    await one.saver.noticed(server.revision)
    expect(one.text('b')).toBe('second tab')
  })

  it('asks when both changed the same, and what was not chosen can be had again', async () => {
    const server = new Server()
    const [one, two] = [tab(server), tab(server)]
    one.edit('a', 'first tab')
    await vi.runAllTimersAsync()
    two.edit('a', 'second tab')
    await vi.runAllTimersAsync()
    const { state, conflict } = two.saver.store.getState()
    expect(state).toBe('conflict')
    expect(conflict?.merged.conflicts).toEqual([{ part: 'nodes', key: 'a' }])
    expect(open(server.definition).nodes.a?.text).toBe('first tab')
    two.saver.decide('theirs')
    await vi.runAllTimersAsync()
    expect(two.text('a')).toBe('first tab')
    two.desk.getState().undo()
    expect(two.text('a')).toBe('second tab')
    await vi.runAllTimersAsync()
    expect(open(server.definition).nodes.a?.text).toBe('second tab')
  })

  it('keeps mine when I say so', async () => {
    const server = new Server()
    const [one, two] = [tab(server), tab(server)]
    one.edit('a', 'first tab')
    one.edit('b', 'also')
    await vi.runAllTimersAsync()
    two.edit('a', 'second tab')
    await vi.runAllTimersAsync()
    two.saver.decide('mine')
    await vi.runAllTimersAsync()
    expect(open(server.definition).nodes).toMatchObject({ a: { text: 'second tab' }, b: { text: 'also' } })
  })
})
