/** The document on the table: what it is, what was done to it, and what is chosen. Knows neither server nor storage. */
import { createStore } from 'zustand/vanilla'
import type { Doc, Point } from './definition'
import { apply, diff, join, type Patch } from './patch'

/** Something that was done, and can be taken back. */
export interface Step {
  /** Its name, as a key of the words. */
  verb: Verb
  patch: Patch
  at: number
  /** Steps with the same name here that follow closely become one: typing into a field. */
  merge?: string
}

type Verb =
  | 'add'
  | 'connect'
  | 'cut_edge'
  | 'remove'
  | 'move'
  | 'edit'
  | 'paste'
  | 'duplicate'
  | 'layout'
  | 'note'
  | 'settings'
  | 'variables'
  | 'tests'
  | 'restore'
  | 'merge'
  | 'start'

export interface Desk {
  doc: Doc
  past: Step[]
  future: Step[]
  /** Nodes and notes. */
  selection: ReadonlySet<string>
  /** Edges, as `node::port`. */
  wires: ReadonlySet<string>
  /** Where the nodes would stand, while an automatic layout is looked at. */
  proposal?: Record<string, Point>
  /** Nodes whose error port was asked for though nothing leads from it yet. */
  errors: ReadonlySet<string>
  /** A field to go to; a new object each time. */
  goal?: { node?: string; field?: string }

  change: (verb: Verb, recipe: (doc: Doc) => Doc, merge?: string) => void
  undo: () => void
  redo: () => void
  select: (ids: Iterable<string>, wires?: Iterable<string>) => void
  propose: (places: Record<string, Point> | undefined) => void
  showError: (id: string, show: boolean) => void
  goTo: (node?: string, field?: string) => void
}

const together = 1500

export const wireId = (from: string, port: string) => `${from}::${port}`
export const wireOf = (id: string) => {
  const at = id.indexOf('::')
  return { from: id.slice(0, at), port: id.slice(at + 2) }
}

export interface Beginning {
  doc: Doc
  past?: Step[]
  future?: Step[]
}

export function createDesk({ doc, past = [], future = [] }: Beginning, now: () => number = Date.now) {
  return createStore<Desk>()((set, get) => ({
    doc,
    past,
    future,
    selection: new Set(),
    wires: new Set(),
    errors: new Set(),

    change(verb, recipe, merge) {
      const { doc, past } = get()
      const next = recipe(doc)
      const patch = next === doc ? [] : diff(doc, next)
      if (patch.length === 0) return
      const last = past.at(-1)
      const at = now()
      const joins = merge !== undefined && last?.merge === merge && at - last.at < together && get().future.length === 0
      const step: Step = { verb, patch: joins ? join(last.patch, patch) : patch, at, merge }
      const steps = joins ? past.slice(0, -1) : past
      set({ doc: next, past: step.patch.length > 0 ? [...steps, step] : steps, future: [], proposal: undefined })
    },
    undo() {
      const { doc, past, future } = get()
      const step = past.at(-1)
      if (!step) return
      set({ doc: apply(doc, step.patch, 'back'), past: past.slice(0, -1), future: [step, ...future], ...chosen(step) })
    },
    redo() {
      const { doc, past, future } = get()
      const step = future[0]
      if (!step) return
      set({ doc: apply(doc, step.patch, 'forward'), past: [...past, step], future: future.slice(1), ...chosen(step) })
    },
    select(ids, wires = []) {
      const [selection, edges] = [new Set(ids), new Set(wires)]
      if (equal(selection, get().selection) && equal(edges, get().wires)) return
      set({ selection, wires: edges, goal: undefined })
    },
    propose: proposal => set({ proposal }),
    showError(id, show) {
      const errors = new Set(get().errors)
      if (show) errors.add(id)
      else errors.delete(id)
      set({ errors })
    },
    goTo(node, field) {
      if (node && get().doc.nodes[node]) get().select([node])
      set({ goal: { node, field } })
    },
  }))
}

export type DeskStore = ReturnType<typeof createDesk>

/** After going back or forth, what has changed is what is chosen. */
function chosen(step: Step): Partial<Desk> {
  const touched = step.patch.filter(({ part }) => part === 'nodes' || part === 'layout' || part === 'notes')
  return { selection: new Set(touched.map(({ key }) => key!)), wires: new Set(), proposal: undefined }
}

const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every(id => b.has(id))
