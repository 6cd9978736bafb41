/**
 * Keeps the desk in the browser, so that a reload loses neither a word nor the way back. Every open tab has a desk of its
 * own; a desk that no tab holds any more is taken up by the next tab that opens the same bot.
 */
import type { Definition, Doc } from './definition'
import type { Step } from './store'

export interface Kept {
  id: string
  bot: string
  doc: Doc
  /** The draft that the document was last saved as, or loaded from. */
  revision: number
  base: Definition
  /** How many of the steps are done; those behind were taken back. */
  done: number
  at: number
}

/** Writing a large bot takes some milliseconds: not at every key. */
const pause = 300
const weeks = 4 * 7 * 86_400_000

export class Keeper {
  private written: Step[] = []
  private waiting: (() => void) | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private queue: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly db: IDBDatabase | undefined,
    readonly id: string,
    readonly bot: string,
    private readonly release: () => void,
  ) {}

  /** Takes up the newest desk of this bot that no other tab holds, or begins one. */
  static async open(bot: string): Promise<{ keeper: Keeper; kept?: Kept; steps: Step[] }> {
    const db = await database().catch(() => undefined)
    const known = db ? await all<Kept[]>(db.transaction('desk').objectStore('desk').getAll()) : []
    const now = Date.now()
    for (const old of known.filter(one => now - one.at > weeks)) if (db) void forget(db, old.id)
    for (const kept of known.filter(one => one.bot === bot).sort((a, b) => b.at - a.at)) {
      const release = await hold(kept.id, bot)
      if (!release || !db) continue
      const steps = await all<{ step: Step }[]>(db.transaction('step').objectStore('step').getAll(range(kept.id)))
      const keeper = new Keeper(db, kept.id, bot, release)
      keeper.written = steps.map(({ step }) => step)
      return { keeper, kept, steps: keeper.written }
    }
    const id = crypto.randomUUID?.() ?? `${now}-${Math.random()}`
    sessionStorage.setItem(own(bot), id)
    const release = (await hold(id, bot)) ?? (() => {})
    return { keeper: new Keeper(db, id, bot, release), steps: [] }
  }

  /** Keeps the desk as it is when typing pauses for a moment, or when the page goes away. */
  keep(desk: () => Omit<Kept, 'id' | 'bot' | 'at'>, past: Step[], future: Step[]): void {
    this.waiting = () => this.write(desk(), past, future)
    this.timer ??= setTimeout(() => this.flush(), pause)
  }

  /** Keeps at once what is waiting. */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.waiting?.()
    this.waiting = undefined
  }

  /** Writes what is new. Steps are written once; only their number changes when they are taken back. */
  private write(desk: Omit<Kept, 'id' | 'bot' | 'at'>, past: Step[], future: Step[]): void {
    const db = this.db
    if (!db) return
    const steps = [...past, ...future]
    let same = 0
    while (same < steps.length && steps[same] === this.written[same]) same += 1
    const before = this.written.length
    this.written = steps
    this.queue = this.queue
      .then(() => {
        const work = db.transaction(['desk', 'step'], 'readwrite')
        work.objectStore('desk').put({ ...desk, id: this.id, bot: this.bot, at: Date.now() })
        const store = work.objectStore('step')
        for (const [index, step] of steps.slice(same).entries()) {
          store.put({ key: [this.id, same + index], step })
        }
        if (before > steps.length) store.delete(IDBKeyRange.bound([this.id, steps.length], [this.id, before]))
        return finished(work)
      })
      // A full disk must not stop anybody from drawing; the draft is on the server.
      .catch(() => {})
  }

  close(): void {
    this.flush()
    this.release()
  }
}

function database(): Promise<IDBDatabase> {
  const request = indexedDB.open('chasqui.builder', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('desk', { keyPath: 'id' })
    request.result.createObjectStore('step', { keyPath: 'key' })
  }
  return all(request)
}

const all = <T>(request: IDBRequest): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T)
    request.onerror = () => reject(request.error)
  })

const finished = (work: IDBTransaction) =>
  new Promise<void>((resolve, reject) => {
    work.oncomplete = () => resolve()
    work.onerror = () => reject(work.error)
    work.onabort = () => reject(work.error)
  })

const range = (id: string) => IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])

async function forget(db: IDBDatabase, id: string) {
  const work = db.transaction(['desk', 'step'], 'readwrite')
  work.objectStore('desk').delete(id)
  work.objectStore('step').delete(range(id))
}

/** What this tab's own desk is called, for browsers and origins without locks. */
const own = (bot: string) => `chasqui.desk.${bot}`

/** Holds a desk until the tab is gone. `undefined` when another tab holds it. */
function hold(id: string, bot: string): Promise<(() => void) | undefined> {
  // Locks exist on secure origins only. Elsewhere a tab takes up what it held itself, and nothing else.
  if (!navigator.locks) return Promise.resolve(sessionStorage.getItem(own(bot)) === id ? () => {} : undefined)
  return new Promise(resolve => {
    void navigator.locks.request(`chasqui.desk.${id}`, { ifAvailable: true }, lock => {
      if (!lock) return resolve(undefined)
      return new Promise<void>(done => resolve(done))
    })
  })
}
