/** A chat with the draft: the server runs the engine, this keeps what it said and where it stands on the canvas. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TestSession, TestSetup } from '../../api/bots'
import { ApiError, api, unwrap } from '../../api/client'
import { close } from '../doc/definition'
import type { DeskStore } from '../doc/store'
import { wireId } from '../doc/store'

export interface Testing {
  open: boolean
  session?: TestSession
  /** The definition that runs is not the one on the canvas any more. */
  outdated: boolean
  busy: boolean
  error?: unknown
  setup: TestSetup
  /** On the canvas: where it is, where it was, and the edges it took. */
  at?: string
  visited: ReadonlySet<string>
  path: ReadonlySet<string>
  /** Variables that the last step changed. */
  changed: ReadonlySet<string>
}

export interface TestStore extends StoreApi<Testing> {
  begin(setup?: Partial<TestSetup>): Promise<void>
  act(step: Record<string, unknown>): Promise<void>
  show(open: boolean): void
  stop(): void
}

const nothing = {
  session: undefined,
  at: undefined,
  visited: new Set<string>(),
  path: new Set<string>(),
  changed: new Set<string>(),
}

export function createTest(bot: string, desk: DeskStore): TestStore {
  const store = createStore<Testing>(() => ({
    open: false,
    outdated: false,
    busy: false,
    setup: { effects: { usual: 'canned' } },
    ...nothing,
  }))
  let tested = desk.getState().doc
  /** What was done, so that a session that the server has forgotten can be gone through again. */
  let done: Record<string, unknown>[] = []
  const unfollow = desk.subscribe(({ doc }) => {
    const { session, outdated } = store.getState()
    const moved = doc.nodes === tested.nodes && doc.settings === tested.settings && doc.start === tested.start
    if (session && !outdated && !moved) store.setState({ outdated: true })
  })

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: its cases belong together.
  const take = (session: TestSession, before?: TestSession) => {
    const visited = new Set<string>()
    const path = new Set<string>()
    for (const one of session.log) {
      if (one.kind !== 'turn') continue
      for (const { node, bot: other, port } of one.trace.visits ?? []) {
        if (other) continue
        visited.add(node)
        if (port) path.add(wireId(node, port))
      }
    }
    const changed = new Set<string>()
    for (const one of session.log.slice(before?.log.length ?? 0)) {
      if (one.kind === 'turn') for (const name of Object.keys(one.trace.changed ?? {})) changed.add(name)
    }
    store.setState({ session, at: session.node ?? undefined, visited, path, changed, busy: false, error: undefined })
  }
  const failed = (error: unknown) => store.setState({ busy: false, error })
  const open = (setup: TestSetup) => {
    tested = desk.getState().doc
    return unwrap(
      api.POST('/api/v1/bots/{id}/test_sessions', {
        params: { path: { id: bot } },
        body: { ...setup, definition: close(tested) } as never,
      }),
    ) as Promise<unknown> as Promise<TestSession>
  }
  const send = (id: string, step: Record<string, unknown>) =>
    unwrap(
      api.POST('/api/v1/test_sessions/{id}/messages', { params: { path: { id } }, body: step as never }),
    ) as Promise<unknown> as Promise<TestSession>

  return Object.assign(store, {
    async begin(more: Partial<TestSetup> = {}) {
      const setup = { ...store.getState().setup, ...more }
      store.setState({ ...nothing, setup, busy: true, error: undefined, outdated: false, open: true })
      done = []
      await open(setup).then(take, failed)
    },
    async act(step: Record<string, unknown>) {
      const { session, busy, setup } = store.getState()
      if (!session || busy) return
      store.setState({ busy: true, error: undefined })
      try {
        take(await send(session.id, step), session)
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) return failed(error)
        try {
          let again = await open(setup)
          for (const earlier of done) again = await send(again.id, earlier)
          take(await send(again.id, step), session)
        } catch (error) {
          return failed(error)
        }
      }
      done.push(step)
    },
    show: (open: boolean) => store.setState({ open }),
    stop: unfollow,
  })
}
