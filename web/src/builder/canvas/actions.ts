/** What can be done on the canvas, wherever it is asked for: keys, menus, buttons, drags. */
import type { ReactFlowInstance } from '@xyflow/react'
import { createContext, useContext } from 'react'
import { settle } from '../../app/ui/typing'
import { componentOf } from '../components'
import { copy, paste, readClip } from '../doc/clipboard'
import type { Doc, FlowNode, Point } from '../doc/definition'
import type { Wire } from '../doc/edit'
import * as edit from '../doc/edit'
import type { Opened } from '../doc/open'
import { wireOf } from '../doc/store'
import { copyText } from '../parts/copyText'
import type { Kind } from '../shape'
import { outlineOf, width } from './outline'
import { arrange, freePlace, type Sizes, snap } from './place'
import { margin } from './view'

interface At {
  x: number
  y: number
}

/** What a component that is chosen from the list is for. */
interface Purpose {
  /** Joined to this port. */
  after?: Wire
  /** Between this port and where it leads. */
  insert?: Wire
  /** Asked for by key: it follows what is chosen, where there is room. */
  next?: boolean
}

export interface Picking extends Purpose {
  screen: At
  at: Point
}

export interface Hands {
  pick: (picking: Picking | undefined) => void
  confirmRemoval: (ids: ReadonlySet<string>, lost: number) => void
}

/** What the verbs work with. */
interface Ground {
  state: () => ReturnType<Opened['desk']['getState']>
  readOnly: boolean
  flow: ReactFlowInstance
  hands: Hands
  sizes: Sizes
  onCanvas: (at: At) => Point
  /** The middle of what can be seen. */
  middle: () => Point
  /** Brings it into sight. */
  show: (id: string) => void
}

export type Actions = ReturnType<typeof createActions>

export function createActions({ desk, readOnly }: Opened, flow: ReactFlowInstance, hands: Hands) {
  const ground = groundOf({ state: () => desk.getState(), readOnly, flow, hands })
  const { sizes, onCanvas, show } = ground
  return {
    readOnly,
    sizes,
    onCanvas,
    show,
    ...adding(ground),
    ...wiring(ground),
    ...removing(ground),
    ...copying(ground),
    ...arranging(ground),
    fit: () => void flow.fitView({ duration: 180, padding: 0.15, maxZoom: 1 }),
    zoom: (by: 1 | -1) => void (by > 0 ? flow.zoomIn({ duration: 120 }) : flow.zoomOut({ duration: 120 })),
  }
}

function groundOf(given: Pick<Ground, 'state' | 'readOnly' | 'flow' | 'hands'>): Ground {
  const { state, flow } = given
  const sizes: Sizes = id => {
    const measured = flow.getInternalNode(id)?.measured
    return measured?.width && measured.height ? { width: measured.width, height: measured.height } : undefined
  }
  const onCanvas = ({ x, y }: At): Point => {
    const at = flow.screenToFlowPosition({ x, y })
    return [at.x, at.y]
  }
  const middle = (): Point => {
    const box = document.querySelector('.react-flow')?.getBoundingClientRect()
    return box ? onCanvas({ x: box.left + box.width / 2 - width / 2, y: box.top + box.height / 3 }) : [0, 0]
  }
  const show = (id: string) => {
    requestAnimationFrame(() => {
      const box = document.querySelector('.react-flow')?.getBoundingClientRect()
      const at = state().doc.layout[id] ?? state().doc.notes[id]?.at
      if (!box || !at) return
      const { x, y } = flow.flowToScreenPosition({ x: at[0], y: at[1] })
      const size = sizes(id) ?? { width, height: 160 }
      const zoom = flow.getZoom()
      const out =
        x < box.left + 8 ||
        y < box.top + 8 ||
        x + size.width * zoom > box.right - 8 ||
        y + size.height * zoom > box.bottom - 70
      if (out)
        void flow.setCenter(at[0] + size.width / 2, at[1] + size.height / 2, {
          zoom: Math.max(zoom, 0.7),
          duration: 180,
        })
    })
  }

  return { ...given, sizes, onCanvas, middle, show }
}

function adding({ state, readOnly, hands, sizes, onCanvas, middle, show }: Ground) {
  return {
    /** Opens the list of components at a place of the window. */
    pick(screen: At, purpose: Purpose = {}) {
      if (!readOnly) hands.pick({ screen, at: onCanvas(screen), ...purpose })
    },

    /** Adds a component: at a place, behind a port, on an edge, or behind what is chosen. */
    add(kind: Kind, { at: pointed, after, insert, next: follows }: Purpose & { at?: Point } = {}): string | undefined {
      if (readOnly) return undefined
      const { doc, selection } = state()
      // Where nothing is chosen the middle of what can be seen is as good as what was pointed at, if there is room.
      const at = follows ? undefined : pointed
      const component = componentOf(kind)
      const node: FlowNode = { id: edit.freshId(doc, component.stem), type: kind, ...component.make() }
      const { height } = outlineOf(node).measured
      const chosen = selection.size === 1 ? doc.nodes[[...selection][0]!] : undefined
      const behind = after ?? (at || insert ? undefined : wireAfter(chosen))
      const from = behind ?? insert
      const next = from && doc.layout[from.from]
      const wanted: Point =
        at ?? (next ? [next[0] + width + 80, next[1]] : chosen ? beside(doc.layout[chosen.id]!) : middle())
      const place = insert || !at || after ? freePlace(doc, wanted, height, sizes) : snap(wanted)
      state().change('add', now => {
        if (insert) return edit.insertOn(now, insert, node, place)
        const added = edit.addNode(now, node, place)
        return behind ? edit.connect(added, behind, node.id) : added
      })
      state().goTo(node.id)
      show(node.id)
      return node.id
    },

    addNote(at?: Point) {
      if (readOnly) return
      const id = edit.freshId(state().doc, 'note')
      state().change('note', doc => edit.setNote(doc, { id, text: '', at: snap(at ?? middle()), size: [200, 90] }))
      state().select([id])
      setTimeout(() => document.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"] textarea`)?.focus(), 60)
    },
  }
}

function wiring({ state, readOnly }: Ground) {
  return {
    connect(wire: Wire, to: string) {
      if (!readOnly) state().change('connect', doc => edit.connect(doc, wire, to))
    },

    cutWires(ids: Iterable<string>) {
      if (readOnly) return
      const wires = [...ids].map(wireOf)
      state().change('cut_edge', doc => edit.disconnect(doc, wires))
      state().select(state().selection)
    },

    setStart: (id: string) => {
      if (!readOnly) state().change('start', doc => edit.setStart(doc, id))
    },
  }
}

function removing(ground: Ground) {
  const { state, readOnly, hands } = ground
  const verbs = {
    /** Takes away what is chosen. It is asked first when connections go with it. */
    remove(ids: ReadonlySet<string> = state().selection) {
      if (readOnly) return
      const { wires } = state()
      if (ids.size === 0) return wiring(ground).cutWires(wires)
      const lost = lostEdges(state().doc, ids)
      if (lost > 0) hands.confirmRemoval(ids, lost)
      else verbs.removeNow(ids)
    },

    removeNow(ids: ReadonlySet<string>) {
      state().change('remove', doc => edit.removeAndHeal(doc, ids))
      state().select([])
      // What had the focus went on purpose.
      settle()
    },

    selectAll() {
      const { doc } = state()
      state().select([...doc.order, ...Object.keys(doc.notes)])
    },
  }
  return verbs
}

let lastClip: string | undefined

function copying(ground: Ground) {
  const { state, readOnly, sizes, middle, show } = ground
  const verbs = {
    copyText(): string | undefined {
      const { doc, selection } = state()
      if (selection.size === 0) return undefined
      lastClip = JSON.stringify(copy(doc, selection), null, 2)
      return lastClip
    },

    copy() {
      const text = verbs.copyText()
      if (text) void copyText(text)
    },

    cut() {
      verbs.copy()
      removing(ground).removeNow(state().selection)
    },

    paste(text: string | undefined = lastClip, at?: Point): boolean {
      const clip = text && !readOnly ? readClip(text) : undefined
      if (!clip) return false
      let ids: string[] = []
      state().change('paste', doc => {
        const pasted = paste(doc, clip, snap(at ?? freePlace(doc, middle(), 120, sizes)))
        ids = pasted.ids
        return pasted.doc
      })
      state().select(ids)
      if (ids[0]) show(ids[0])
      return true
    },

    async pasteFromMenu(at: Point) {
      const text = await navigator.clipboard?.readText?.().catch(() => undefined)
      if (!text || !verbs.paste(text, at)) verbs.paste(lastClip, at)
    },

    duplicate(ids: ReadonlySet<string> = state().selection) {
      if (readOnly || ids.size === 0) return
      const { doc } = state()
      const clip = copy(doc, ids)
      const places = [...ids].map(id => doc.layout[id] ?? doc.notes[id]?.at ?? ([0, 0] as Point))
      const at: Point = [Math.min(...places.map(p => p[0])) + 40, Math.min(...places.map(p => p[1])) + 40]
      let made: string[] = []
      state().change('duplicate', now => {
        const pasted = paste(now, clip, at)
        made = pasted.ids
        return pasted.doc
      })
      state().select(made)
    },
  }
  return verbs
}

function arranging({ state, readOnly, flow, sizes }: Ground) {
  return {
    async arrange() {
      if (readOnly) return
      const { doc, selection } = state()
      const chosen = [...selection].filter(id => doc.nodes[id])
      const ids = chosen.length > 1 ? chosen : doc.order
      if (ids.length === 0) return
      state().propose(await arrange(doc, ids, sizes))
      requestAnimationFrame(() => void flow.fitView({ duration: 180, padding: margin, maxZoom: 1 }))
    },

    acceptLayout() {
      const { proposal } = state()
      if (!proposal) return
      state().change('layout', doc => edit.move(doc, proposal))
      state().propose(undefined)
    },
  }
}

/** Edges that end or begin outside and that cannot be joined over the gap. */
function lostEdges(doc: Doc, ids: ReadonlySet<string>): number {
  const count = (nodes: Record<string, FlowNode>) =>
    Object.values(nodes).reduce((sum, node) => sum + (ids.has(node.id) ? 0 : Object.values(node.ports ?? {}).length), 0)
  const inner = [...ids].reduce(
    (sum, id) => sum + Object.values(doc.nodes[id]?.ports ?? {}).filter(to => !ids.has(to)).length,
    0,
  )
  const healed = edit.removeAndHeal(doc, ids)
  const lostIn = count(doc.nodes) - count(healed.nodes)
  return lostIn + Math.max(0, inner - (lostIn === 0 && inner > 0 ? 1 : 0))
}

/** Gives a node on the canvas the focus. */
export function focusNode(id: string) {
  const node = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
  node?.focus({ preventScroll: true })
}

const beside = ([x, y]: Point): Point => [x + width + 80, y]

/** The port that a component added behind a node is joined to. */
function wireAfter(node: FlowNode | undefined): Wire | undefined {
  const port = node && edit.firstFree(node)
  return node && port ? { from: node.id, port } : undefined
}

export const ActionsContext = createContext<Actions | null>(null)

export function useActions(): Actions {
  const actions = useContext(ActionsContext)
  if (!actions) throw new Error('there is no canvas')
  return actions
}
