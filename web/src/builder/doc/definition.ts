/** The bot file, `format: 1`, as `/api/bot.schema.json` describes it. Fields of components are the components' own business. */
export type Point = [number, number]

export interface FlowNode {
  id: string
  type: string
  label?: string
  note?: string
  ports?: Record<string, string>
  error_message?: string
  email_admin?: boolean
  quote?: boolean
  preview_url?: boolean
  [field: string]: unknown
}

export const variableTypes = ['text', 'number', 'boolean', 'date', 'list', 'object', 'media', 'any'] as const
export type VariableType = (typeof variableTypes)[number]

/** Words on the canvas that belong to no node. */
export interface CanvasNote {
  id: string
  text: string
  at: Point
  size?: Point
}

export interface Settings {
  restart_words?: string[]
  language?: string
  time_zone?: string
  max_attempts?: number
  late_taps?: 'repeat' | 'ignore' | 'jump'
  messages?: Record<string, string>
  tests_must_pass?: boolean
}

/** One line of a flow test: exactly one of the keys, with `buttons` and `list` beside `bot`. */
export interface TestStep {
  contact?: string
  tap?: string
  pick?: string
  send?: 'image' | 'video' | 'audio' | 'document'
  location?: { latitude: number; longitude: number; name?: string; address?: string }
  bot?: string
  bot_contains?: string
  bot_sends?: string
  buttons?: string[]
  list?: string[]
  variable?: Record<string, unknown>
  ended?: boolean
  handed_off?: boolean
  hand_back?: boolean
  advance?: string
  answer?: { node?: string; status?: number; json?: unknown; text?: string; error?: string }
}

export interface FlowTest {
  name: string
  contact?: { name?: string; phone?: string }
  now?: string
  start?: string
  variables?: Record<string, unknown>
  /** The number has a reopening template. */
  reopening?: boolean
  steps: TestStep[]
}

export interface Definition {
  format: number
  name: string
  start: string
  settings?: Settings
  variables?: Record<string, VariableType>
  nodes: FlowNode[]
  layout?: Record<string, Point>
  notes?: CanvasNote[]
  tests?: FlowTest[]
}

/** The bot file in the form that is edited: what has an id stands under it, so that a change touches one entry. */
export interface Doc {
  name: string
  start: string
  settings: Settings
  variables: Record<string, VariableType>
  nodes: Record<string, FlowNode>
  order: string[]
  layout: Record<string, Point>
  notes: Record<string, CanvasNote>
  tests: FlowTest[]
  /** Top-level fields that a newer server knows. */
  rest: Record<string, unknown>
}

export function open(definition: Definition): Doc {
  const { format: _, name, start, settings, variables, nodes, layout, notes, tests, ...rest } = definition
  return {
    name: name ?? '',
    start: start ?? '',
    settings: settings ?? {},
    variables: variables ?? {},
    nodes: Object.fromEntries((nodes ?? []).map(node => [node.id, node])),
    order: (nodes ?? []).map(node => node.id),
    layout: placed(nodes ?? [], layout ?? {}),
    notes: Object.fromEntries((notes ?? []).map(note => [note.id, note])),
    tests: tests ?? [],
    rest,
  }
}

export function close(doc: Doc): Definition {
  const { name, start, settings, variables, nodes, order, layout, notes, tests, rest } = doc
  const some = <T extends object>(value: T) => (Object.keys(value).length > 0 ? value : undefined)
  return {
    format: 1,
    name,
    start,
    settings: some(settings),
    variables: some(variables),
    nodes: order.map(id => nodes[id]!),
    layout: some(layout),
    notes: some(Object.values(notes)),
    tests: some(tests),
    ...rest,
  }
}

/** Files made by hand have no layout for some nodes: those stand in a row below the rest. */
function placed(nodes: FlowNode[], layout: Record<string, Point>): Record<string, Point> {
  if (nodes.every(node => layout[node.id])) return layout
  const lowest = Math.max(0, ...Object.values(layout).map(([, y]) => y + 260))
  let x = 0
  const all = { ...layout }
  for (const node of nodes) {
    if (all[node.id]) continue
    all[node.id] = [x, Object.keys(layout).length > 0 ? lowest : 0]
    x += 260
  }
  return all
}

/** What people call a node. */
export const title = (node: FlowNode, kind: string) => node.label?.trim() || kind
