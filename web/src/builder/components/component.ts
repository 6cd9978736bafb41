/** What the builder knows about one type of component. A new one is a file here and its line in `index.ts`. */
import type { TablerIcon } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import type { Json } from '../../messages/json'
import type { FlowNode } from '../doc/definition'

export type Family = 'ask' | 'send' | 'logic' | 'call' | 'people'
export const families: Family[] = ['ask', 'send', 'logic', 'call', 'people']

/** Whether a port must lead somewhere before the bot can be published. */
export type Need = 'required' | 'optional' | { unless: string }

export interface Port {
  name: string
  need: Need
  /** The person's own words for it, such as a button's label. */
  label?: string
  /** Our words for it, where they say more than the name does. */
  words?: 'any_option' | 'handed_back' | 'other_status' | 'other_value' | 'returned'
}

export interface Component {
  family: Family
  icon: TablerIcon
  /** The beginning of the ids of new nodes. */
  stem: string
  /** The fields of a new node. */
  make(): Record<string, unknown>
  /** The ports beside `error`, as the engine has them. */
  ports(node: FlowNode): Port[]
  /** Two or three lines for the canvas: what the customer sees, or what is done. */
  summary(node: FlowNode): ReactNode
  /** Whether it calls the world, so that its error port is always shown. */
  calls?: boolean
  /** What WhatsApp shows, in the engine's form, with `fill` for its variables. */
  preview?(node: FlowNode, fill: (text: unknown) => string, language: string): Json[]
  /** Its fields in the inspector. */
  Form: ComponentType
}

export const next = (need: Need = 'required'): Port => ({ name: 'next', need })

export interface ChoiceValue {
  id: string
  label?: string
  description?: string
}

/** The ports of a question with options. */
export function choicePorts(choices: ChoiceValue[], node: FlowNode): Port[] {
  const ports: Port[] = choices.map(({ id, label }) => ({
    name: `option:${id}`,
    need: { unless: 'next' },
    label: label ?? '',
  }))
  if (node.ports?.next) ports.push({ ...next('optional'), words: 'any_option' })
  ports.push({ name: 'fallback', need: 'optional' })
  return ports
}

export const choices = (value: unknown): ChoiceValue[] => (Array.isArray(value) ? (value as ChoiceValue[]) : [])
