/** How a field of a form finds its value in the node, and what is wrong with it. */
import { createContext, useCallback, useContext } from 'react'
import { useStore } from 'zustand'
import type { Finding } from '../../api/bots'
import { useDesk, useWork } from '../context'
import type { FlowNode } from '../doc/definition'
import { setField } from '../doc/edit'
import { read } from '../doc/path'

/** The node whose form this is. */
export const NodeContext = createContext('')

const nobody: FlowNode = { id: '', type: '' }

export function useNode() {
  const id = useContext(NodeContext)
  const node = useDesk(desk => desk.doc.nodes[id]) ?? nobody
  const { desk, readOnly } = useWork()
  const change = useCallback(
    (path: string, value: unknown, joins = true) => {
      if (readOnly) return
      desk.getState().change('edit', doc => setField(doc, id, path, value), joins ? `${id}:${path}` : undefined)
    },
    [desk, id, readOnly],
  )
  return { id, node, change, readOnly }
}

/** The value at a path of the node, and how to give it another; `undefined` takes the field away. */
export function useField<T>(path: string): [T | undefined, (value: T | undefined) => void] {
  const { node, change } = useNode()
  const set = useCallback((value: T | undefined) => change(path, value), [change, path])
  return [read(node, path) as T | undefined, set]
}

/** What is wrong at exactly this place. */
export function useFindings(path: string): Finding[] {
  const id = useContext(NodeContext)
  const { findings } = useWork()
  const all = useStore(findings.store, found => found.byNode.get(id)) ?? none
  return all.filter(({ field }) => field === path)
}

const none: Finding[] = []
