/** Ports of components, and what they are made of. */
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
