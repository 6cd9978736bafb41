/** Fields of components that ports follow from. */
import type { FlowNode } from '../doc/definition'
import { type ChoiceValue, choices } from './port'

export interface SectionValue {
  title?: string
  options?: ChoiceValue[]
}

export const sections = (value: unknown): SectionValue[] => (Array.isArray(value) ? (value as SectionValue[]) : [])

export const all = (node: FlowNode) => [
  ...choices(node.options),
  ...sections(node.sections).flatMap(section => choices(section.options)),
]

export interface QuickReply {
  id: string
  index: number
  label?: string
}

export const replies = (node: FlowNode): QuickReply[] =>
  Array.isArray(node.options) ? (node.options as QuickReply[]) : []

export const cases = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

export const start = `def __custom_fn__(variables):
    return variables.get("name")
`

export function statuses(node: FlowNode): string[] {
  const drawn = Array.isArray(node.statuses) ? node.statuses.map(String) : []
  const wired = Object.keys(node.ports ?? {}).flatMap(port => (port.startsWith('status:') ? [port.slice(7)] : []))
  return [...new Set([...drawn, ...wired])]
}
