/** What is different between two versions of a bot, for people. */
import type { Doc, FlowNode } from './definition'
import { same } from './patch'

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

export interface NodeChange {
  id: string
  kind: 'added' | 'removed' | 'changed'
  node: FlowNode
  fields: FieldChange[]
}

export interface Difference {
  nodes: NodeChange[]
  /** Settings, variables, start and tests. */
  rest: (FieldChange & { part: 'settings' | 'variables' | 'start' | 'tests' })[]
  /** Nodes that only stand elsewhere. */
  moved: number
}

export function compare(before: Doc, after: Doc): Difference {
  const nodes: NodeChange[] = []
  for (const id of after.order) {
    const [old, fresh] = [before.nodes[id], after.nodes[id]!]
    if (!old) nodes.push({ id, kind: 'added', node: fresh, fields: [] })
    else if (!same(old, fresh)) nodes.push({ id, kind: 'changed', node: fresh, fields: fieldsOf(old, fresh) })
  }
  for (const id of before.order) {
    if (!after.nodes[id]) nodes.push({ id, kind: 'removed', node: before.nodes[id]!, fields: [] })
  }
  const rest: Difference['rest'] = []
  if (before.start !== after.start) rest.push({ part: 'start', field: '', before: before.start, after: after.start })
  for (const part of ['settings', 'variables'] as const) {
    for (const change of entries(before[part], after[part])) rest.push({ part, ...change })
  }
  const tests = (doc: Doc) => Object.fromEntries(doc.tests.map(test => [test.name, test.steps.length]))
  if (!same(before.tests, after.tests)) {
    const found = entries(tests(before), tests(after))
    rest.push(...found.map(change => ({ part: 'tests' as const, ...change })))
    if (found.length === 0)
      rest.push({ part: 'tests', field: '', before: before.tests.length, after: after.tests.length })
  }
  const moved = after.order.filter(id => before.nodes[id] && !same(before.layout[id], after.layout[id])).length
  return { nodes, rest, moved }
}

/** Field by field; ports and options each on their own line. */
function fieldsOf(before: FlowNode, after: FlowNode): FieldChange[] {
  const { ports: oldPorts, ...old } = before
  const { ports: freshPorts, ...fresh } = after
  const ports = entries(oldPorts ?? {}, freshPorts ?? {}).map(change => ({ ...change, field: `ports.${change.field}` }))
  return [...entries(old, fresh).flatMap(deeper), ...ports]
}

function deeper(change: FieldChange): FieldChange[] {
  const { field, before, after } = change
  const isList = (value: unknown): value is { id: string }[] =>
    Array.isArray(value) && value.length > 0 && value.every(item => typeof (item as { id?: unknown })?.id === 'string')
  if (!isList(before) || !isList(after)) return [change]
  const byId = (items: { id: string }[]) => Object.fromEntries(items.map(({ id, ...rest }) => [id, rest]))
  const inner = entries(byId(before), byId(after)).map(one => ({ ...one, field: `${field}.${one.field}` }))
  return inner.length > 0 ? inner : [change]
}

function entries(before: object, after: object): FieldChange[] {
  const [old, fresh] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter(key => !same(old[key], fresh[key]))
    .map(field => ({ field, before: old[field], after: fresh[field] }))
}

export interface Word {
  text: string
  kind: 'same' | 'added' | 'removed'
}

/** Two texts, word by word. Long ones are shown whole, one after the other. */
export function words(before: string, after: string): Word[] {
  const a = before.split(/(\s+)/).filter(Boolean)
  const b = after.split(/(\s+)/).filter(Boolean)
  if (a.length * b.length > 60_000) {
    return [
      { text: before, kind: 'removed' },
      { text: after, kind: 'added' },
    ]
  }
  // The longest common run of words, by the usual table.
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
    }
  }
  const found: Word[] = []
  const put = (text: string, kind: Word['kind']) => {
    const last = found.at(-1)
    if (last?.kind === kind) last.text += text
    else found.push({ text, kind })
  }
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      put(a[i]!, 'same')
      i += 1
      j += 1
    } else if (i < a.length && (j >= b.length || longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      put(a[i]!, 'removed')
      i += 1
    } else {
      put(b[j]!, 'added')
      j += 1
    }
  }
  return found
}
