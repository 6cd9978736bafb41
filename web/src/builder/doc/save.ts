/** Saves the draft while it is edited, and joins it with what others saved meanwhile. */
import { createStore } from 'zustand/vanilla'
import { ApiError } from '../../api/client'
import type { BotDraft } from '../../api/types'
import { close, type Definition, type Doc, open } from './definition'
import type { Keeper } from './keep'
import { type Merged, merge, withTheirs } from './merge'
import { same } from './patch'
import type { DeskStore } from './store'

export interface Saving {
  state: 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict' | 'refused'
  revision: number
  /** When it was last saved. */
  at?: number
  error?: unknown
  conflict?: { theirs: Doc; revision: number; merged: Merged }
  /** Somebody else's changes have come in: how many. */
  joined?: number
}

interface Server {
  save: (revision: number, definition: Definition) => Promise<number>
  load: () => Promise<BotDraft>
}

const idle = 700
const again = 5000

export class Saver {
  readonly store
  private saved: Doc
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | undefined
  private stopped = false
  private readonly unfollow: () => void

  constructor(
    private readonly desk: DeskStore,
    private readonly keeper: Keeper,
    private readonly server: Server,
    private base: Doc,
    revision: number,
    readOnly: boolean,
  ) {
    this.saved = base
    this.store = createStore<Saving>(() => ({ state: 'saved', revision }))
    let { doc, past } = desk.getState()
    this.unfollow = desk.subscribe(state => {
      if (state.doc === doc && state.past === past) return
      ;({ doc, past } = state)
      this.keep()
      if (!readOnly) this.later(idle)
    })
    // What an earlier visit could not save any more.
    if (!readOnly && this.isDirty()) this.later(0)
  }

  isDirty = () => this.desk.getState().doc !== this.saved && !same(this.desk.getState().doc, this.saved)

  private keep() {
    const { doc, past, future } = this.desk.getState()
    const { revision } = this.store.getState()
    const { base } = this
    this.keeper.keep(() => ({ doc, revision, base: close(base), done: past.length }), past, future)
  }

  private later(wait: number) {
    const { state } = this.store.getState()
    if (this.stopped || state === 'conflict' || state === 'refused') return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.now(), wait)
    if (state !== 'saving' && this.isDirty()) this.store.setState({ state: 'waiting' })
    else if (state === 'waiting') this.store.setState({ state: 'saved' })
  }

  /** The page goes away: what is not written yet is written. */
  leave() {
    this.keeper.flush()
    void this.now()
  }

  /** Saves what is not saved. Resolves when the server has everything, or when it cannot be saved. */
  async now(): Promise<void> {
    clearTimeout(this.timer)
    while (this.running) await this.running
    if (this.stopped || !this.isDirty() || this.store.getState().state === 'conflict') return
    this.running = this.put().finally(() => {
      this.running = undefined
    })
    await this.running
    if (this.store.getState().state === 'saved' && this.isDirty()) await this.now()
  }

  private async put() {
    const { doc } = this.desk.getState()
    const { revision } = this.store.getState()
    this.store.setState({ state: 'saving' })
    try {
      const next = await this.server.save(revision, close(doc))
      this.settle(doc, next)
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.joinTheirs().catch(this.failed)
      else this.failed(error)
    }
  }

  private failed = (error: unknown) => {
    const refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429
    this.store.setState({ state: refused ? 'refused' : 'failed', error })
    if (!refused && !this.stopped) this.timer = setTimeout(() => void this.now(), again)
  }

  private settle(doc: Doc, revision: number) {
    this.saved = doc
    this.base = doc
    this.store.setState({ state: 'saved', revision, at: Date.now(), error: undefined, conflict: undefined })
    this.keep()
  }

  /** The server tells of a revision that is not ours. */
  async noticed(revision: number): Promise<void> {
    const { state, revision: known } = this.store.getState()
    if (revision <= known || state === 'saving' || state === 'conflict' || this.running) return
    this.running = this.joinTheirs()
      .catch(() => {})
      .finally(() => {
        this.running = undefined
      })
    await this.running
  }

  private async joinTheirs() {
    const draft = await this.server.load()
    const theirs = open(draft.definition as unknown as Definition)
    const { doc, change } = this.desk.getState()
    const merged = merge(this.base, doc, theirs)
    if (merged.conflicts.length > 0) {
      this.store.setState({ state: 'conflict', conflict: { theirs, revision: draft.revision, merged } })
      return
    }
    this.take(theirs, draft.revision)
    change('merge', () => merged.doc)
    this.store.setState({ joined: merged.theirs })
    this.later(0)
  }

  /** The draft of the server is what we build on from now. */
  private take(theirs: Doc, revision: number) {
    this.base = theirs
    this.saved = theirs
    this.store.setState({ state: 'saved', revision, conflict: undefined, error: undefined })
  }

  /** What a person has decided. Every choice can be undone: the other side stays in the history. */
  decide(choice: 'mine' | 'theirs' | 'only_theirs') {
    const { conflict } = this.store.getState()
    if (!conflict) return
    const { theirs, merged, revision } = conflict
    const { change } = this.desk.getState()
    this.take(theirs, revision)
    const wanted = choice === 'mine' ? merged.doc : choice === 'theirs' ? withTheirs(merged, theirs) : theirs
    change('merge', () => wanted)
    this.keep()
    this.later(0)
  }

  /** A name that was changed on the server belongs to no step. */
  renamed(name: string) {
    const { doc } = this.desk.getState()
    this.base = { ...this.base, name }
    const clean = !this.isDirty()
    this.desk.setState({ doc: { ...doc, name } })
    if (clean) this.saved = this.desk.getState().doc
    else this.saved = { ...this.saved, name }
  }

  /** The draft was replaced on the server by us, for example by an earlier version. */
  replaced(doc: Doc, revision: number) {
    this.take(doc, revision)
    this.desk.getState().change('restore', () => doc)
    this.saved = this.desk.getState().doc
    this.base = this.saved
    this.keep()
  }

  stop() {
    this.stopped = true
    clearTimeout(this.timer)
    this.unfollow()
    this.keeper.close()
  }
}
