/** Variables in texts and formulas: what is read, what is made, and giving one another name everywhere. */
import type { Doc, FlowNode, VariableType } from './definition'
import system from './system-variables.json'

/** What every bot has. The engine writes the list. */
export const systemVariables = system as Record<string, VariableType>

const systemRoots = new Set(['contact', 'message', 'conversation', 'integration', 'bot', 'now', 'today'])
/** Below these, Meta may send more than the list names. */
const messageFields = new Set(
  Object.keys(systemVariables)
    .filter(path => path.startsWith('message.'))
    .map(path => path.split('.')[1]),
)
export const isName = (text: string) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(text) && !systemRoots.has(text)

/** `{a.b[0].c}` and `{{a}}`, as the engine reads them. */
const place = /\{\{?\s*([A-Za-z_]\w*(?:\.\w+|\[\d+\])*)\s*\}?\}/g

export interface Piece {
  text: string
  /** The path, when the piece inserts a variable. */
  path?: string
}

/** A text in pieces: words, and places that take a variable's value. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let from = 0
  for (const match of text.matchAll(place)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index) })
    found.push({ text: match[0], path: match[1] })
    from = match.index + match[0].length
  }
  if (from < text.length) found.push({ text: text.slice(from) })
  return found
}

/** What WhatsApp counts before variables are filled in: the words around them. */
export const leastLength = (text: string) =>
  pieces(text).reduce((sum, piece) => sum + (piece.path ? 0 : [...piece.text].length), 0)

export const hasPlaces = (text: string) => pieces(text).some(piece => piece.path)

/** Every text in a node, with the path it stands at. */
export function* texts(value: unknown, path = ''): Generator<[path: string, text: string]> {
  if (typeof value === 'string') yield [path, value]
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* texts(item, `${path}[${index}]`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      // In Python, braces are Python's.
      if (key === 'code' && 'type' in value && value.type === 'custom_code') continue
      yield* texts(item, path ? `${path}.${key}` : key)
    }
  }
}

/** The variables that a node makes. */
export function made(node: FlowNode): string[] {
  const names: string[] = []
  if (typeof node.save_as === 'string') names.push(node.save_as)
  if (node.type === 'jump' && typeof node.save_as === 'object' && node.save_as) names.push(...Object.keys(node.save_as))
  if (Array.isArray(node.operations)) {
    for (const operation of node.operations as { variable?: unknown }[]) {
      if (typeof operation?.variable === 'string') names.push(operation.variable)
    }
  }
  if (node.type === 'custom_code') names.push(...inCode(node.code))
  return names.filter(Boolean)
}

/** The variables that code names, as in `variables["total"]`: it may read or make them. */
export function inCode(code: unknown): string[] {
  const found = String(code ?? '').matchAll(
    /\bvariables(?:\[|\.get\(|\.pop\()\s*(?:"([A-Za-z_]\w*)"|'([A-Za-z_]\w*)')/g,
  )
  return [...new Set([...found].map(([, one, two]) => (one ?? two)!))].filter(isName)
}

/** All variables of the bot with their types: declared ones, and those that nodes make. */
export function variablesOf(doc: Doc): Record<string, VariableType> {
  const all: Record<string, VariableType> = { ...doc.variables }
  for (const id of doc.order) for (const name of made(doc.nodes[id]!)) all[name] ??= 'any'
  return all
}

export function isKnown(path: string, variables: Record<string, VariableType>): boolean {
  const root = path.split(/[.[]/)[0]!
  if (root in variables) return true
  if (root === 'message') return path === root || messageFields.has(path.split(/[.[]/)[1]!)
  return path in systemVariables
}

/** The nodes that read or make a variable. */
export function usages(doc: Doc, name: string): string[] {
  const word = new RegExp(`\\b${name}\\b`)
  return doc.order.filter(id => {
    const node = doc.nodes[id]!
    if (made(node).includes(name)) return true
    for (const [path, text] of texts(fieldsOf(node))) {
      if (isCode(node, path)) continue
      if (
        isBare(path)
          ? rootOf(text) === name
          : isFormula(node, path)
            ? word.test(text)
            : pieces(text).some(piece => rootOf(piece.path) === name)
      )
        return true
    }
    return false
  })
}

const rootOf = (path?: string) => path?.split(/[.[]/)[0]
const isFormula = (node: FlowNode, path: string) =>
  (node.type === 'formula' && path === 'expression') || path.endsWith('.formula')

const isCode = (node: FlowNode, path: string) => node.type === 'custom_code' && path === 'code'

/** Where a variable stands without braces. */
const isBare = (path: string) => path === 'media' || path.startsWith('attachments[')

const fieldsOf = ({ id: _, type: __, label: ___, note: ____, ports: _____, ...fields }: FlowNode) => fields

/** The document with a variable under another name, wherever it is read or made. */
export function renameVariable(doc: Doc, from: string, to: string): Doc {
  const inText = (text: string) =>
    pieces(text)
      .map(piece => (rootOf(piece.path) === from ? piece.text.replace(from, to) : piece.text))
      .join('')
  const inFormula = (text: string) =>
    // Not inside a text in quotes, and not the field of something else.
    text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w.])[A-Za-z_]\w*/g, word => (word === from ? to : word))
  const inPython = (text: string) =>
    text.replace(/(\bvariables(?:\[|\.get\(|\.pop\()\s*)(["'])([A-Za-z_]\w*)\2/g, (all, before, quote, name) =>
      name === from ? `${before}${quote}${to}${quote}` : all,
    )
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: its cases belong together.
  const renamed = (node: FlowNode, value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      const key = path.split('.').at(-1)
      if (key === 'save_as' || (key === 'variable' && path.startsWith('operations'))) return value === from ? to : value
      if (isBare(path)) return rootOf(value) === from ? value.replace(from, to) : value
      if (isCode(node, path)) return inPython(value)
      return isFormula(node, path) ? inFormula(value) : inText(value)
    }
    if (Array.isArray(value)) return value.map((item, index) => renamed(node, item, `${path}[${index}]`))
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([key, item]) => [
        path === 'save_as' && key === from ? to : key,
        renamed(node, item, path ? `${path}.${key}` : key),
      ])
      return Object.fromEntries(entries)
    }
    return value
  }
  const nodes = Object.fromEntries(
    doc.order.map(id => {
      const node = doc.nodes[id]!
      return [id, { ...node, ...(renamed(node, fieldsOf(node), '') as object) }]
    }),
  )
  const variables = Object.fromEntries(
    Object.entries(doc.variables).map(([name, type]) => [name === from ? to : name, type]),
  )
  return { ...doc, nodes, variables }
}
