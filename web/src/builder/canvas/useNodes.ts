import { applyNodeChanges, type Node, type NodeChange } from '@xyflow/react'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useDesk, useWork } from '../context'
import type { FlowNode, Point } from '../doc/definition'
import { move } from '../doc/edit'
import type { Desk } from '../doc/store'
import { useNodeName } from '../parts/names'
import { flowOrder } from './order'
import { outlineOf } from './outline'

/** The nodes as the canvas wants them: the same objects as long as nothing about them changes. */
export function useNodes(): [Node[], (changes: NodeChange[]) => void] {
  const { desk } = useWork()
  const doc = useDesk(state => state.doc)
  const selection = useDesk(state => state.selection)
  const proposal = useDesk(state => state.proposal)
  const name = useNodeName()
  const names = useRef(name)
  names.current = name
  const order = useOrder()
  const [nodes, setNodes] = useState<Node[]>(() => laid([], { doc, order, selection, proposal }, name))
  useLayoutEffect(() => {
    setNodes(old => laid(old, { doc, order, selection, proposal }, names.current))
  }, [doc, order, selection, proposal])

  const onChange = useCallback(
    (changes: NodeChange[]) => {
      setNodes(old => measured(applyNodeChanges(changes, old), changes))
      const { selection, wires, select, change } = desk.getState()
      const chosen = changes.filter(one => one.type === 'select')
      if (chosen.length > 0) {
        const next = new Set(selection)
        for (const one of chosen) {
          if (one.selected) next.add(one.id)
          else next.delete(one.id)
        }
        select(next, wires)
      }
      const places: Record<string, Point> = {}
      for (const one of changes) {
        if (one.type === 'position' && one.position && one.dragging === false)
          places[one.id] = [one.position.x, one.position.y]
      }
      if (Object.keys(places).length > 0)
        change('move', doc => move(doc, places), `move ${Object.keys(places).join(' ')}`)
    },
    [desk],
  )
  return [nodes, onChange]
}

type Shown = Pick<Desk, 'doc' | 'selection' | 'proposal'> & { order: string[] }

function laid(old: Node[], { doc, order, selection, proposal }: Shown, name: (node: FlowNode) => string): Node[] {
  const known = new Map(old.map(node => [node.id, node]))
  const fresh = [...Object.values(doc.notes).map(note => note.id), ...order].map((id): Node => {
    const note = doc.notes[id]
    const [x, y] = proposal?.[id] ?? (note ? note.at : doc.layout[id]!)
    const before = known.get(id)
    const selected = selection.has(id)
    const label = note ? undefined : name(doc.nodes[id]!)
    const sized = !note || (before?.width === note.size?.[0] && before?.height === note.size?.[1])
    const drawn = note || (before?.measured && !before.handles)
    const outline = drawn ? undefined : outlineOf(doc.nodes[id]!)
    if (
      before &&
      sized &&
      before.position.x === x &&
      before.position.y === y &&
      (before.selected ?? false) === selected &&
      before.ariaLabel === label &&
      before.handles === outline?.handles
    ) {
      return before
    }
    return {
      ...before,
      id,
      type: note ? 'note' : 'step',
      position: { x, y },
      selected,
      data: {},
      ariaLabel: label,
      zIndex: note ? -1 : 1,
      ...(note?.size ? { width: note.size[0], height: note.size[1] } : {}),
      ...outline,
    }
  })
  return fresh.length === old.length && fresh.every((node, index) => node === old[index]) ? old : fresh
}

/** The canvas has measured nodes and their ports: what was thought of them is no longer needed. */
function measured(nodes: Node[], changes: NodeChange[]): Node[] {
  const ids = new Set(changes.flatMap(change => (change.type === 'dimensions' ? change.id : [])))
  if (ids.size === 0) return nodes
  return nodes.map(node => (node.handles && ids.has(node.id) ? { ...node, handles: undefined } : node))
}

/** In the order of the flow, so that Tab walks as a conversation does. Only another shape of the flow makes another order. */
function useOrder(): string[] {
  const nodes = useDesk(desk => desk.doc.nodes)
  const start = useDesk(desk => desk.doc.start)
  const ids = useDesk(desk => desk.doc.order)
  const shape = useMemo(
    () => `${start}|${ids.map(id => `${id}:${Object.values(nodes[id]?.ports ?? {}).join(',')}`).join('|')}`,
    [nodes, start, ids],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape stands for the rest.
  return useMemo(() => flowOrder({ nodes, order: ids, start }), [shape])
}
