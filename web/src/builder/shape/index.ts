/**
 * What a component is without its looks: the fields of a new one, and its ports. Nothing here draws anything, so the verbs on
 * documents may ask it.
 */
import type { FlowNode } from '../doc/definition'
import { choicePorts, choices, type Family, next, type Port } from './port'
import { all, cases, replies, start, statuses } from './values'

export interface Shape {
  family: Family
  /** The beginning of the ids of new nodes. */
  stem: string
  /** The fields of a new node. */
  make(): Record<string, unknown>
  /** The ports beside `error`, as the engine has them. */
  ports(node: FlowNode): Port[]
  /** Whether it calls the world, so that its error port is always shown. */
  calls?: boolean
}

/** In the order of the palette. */
export const shapes = {
  question_text: {
    family: 'ask',
    stem: 'ask',
    make: () => ({ text: '' }),
    ports(node) {
      const ports: Port[] = [next()]
      if (node.back_button !== undefined) ports.push({ name: 'back', need: 'optional' })
      if (node.skip_button !== undefined) ports.push({ name: 'skip', need: 'optional' })
      return ports
    },
  },
  question_buttons: {
    family: 'ask',
    stem: 'menu',
    make: () => ({ text: '', buttons: [{ id: 'option_1', label: '' }] }),
    ports: node => choicePorts(choices(node.buttons), node),
  },
  question_list: {
    family: 'ask',
    stem: 'list',
    make: () => ({ text: '', options: [{ id: 'option_1', label: '' }] }),
    ports: node => choicePorts(all(node), node),
  },
  question_media: {
    family: 'ask',
    stem: 'file',
    make: () => ({ text: '', kinds: ['image'], max_files: 1, keep: 'permanent' }),
    ports: () => [next()],
  },
  location_request: {
    family: 'ask',
    stem: 'place',
    make: () => ({ text: '', save_as: 'place' }),
    ports: () => [next()],
  },
  media: {
    family: 'send',
    stem: 'media',
    make: () => ({ kind: 'image', url: '' }),
    ports: () => [next()],
  },
  cta_url: {
    family: 'send',
    stem: 'page',
    make: () => ({ text: '', button: '', url: 'https://' }),
    ports: () => [next()],
  },
  template: {
    family: 'send',
    stem: 'template',
    make: () => ({ name: '', language: 'en' }),
    ports: node => (replies(node).length > 0 ? choicePorts(replies(node), node) : [next()]),
  },
  formula: {
    family: 'logic',
    stem: 'formula',
    make: () => ({ expression: '', mode: 'true_false' }),
    ports(node): Port[] {
      switch (node.mode) {
        case 'true_false':
          return [
            { name: 'true', need: 'required' },
            { name: 'false', need: 'required' },
          ]
        case 'custom':
          return [
            ...cases(node.cases).map(
              (value): Port => ({ name: `case:${value}`, need: { unless: 'default' }, label: value }),
            ),
            { name: 'default', need: 'required' },
          ]
        default:
          return [next()]
      }
    },
  },
  custom_code: {
    family: 'logic',
    stem: 'code',
    calls: true,
    make: () => ({ code: start, save_as: 'result' }),
    ports(node): Port[] {
      const own = cases(node.cases)
      if (own.length === 0) return [next()]
      return [
        ...own.map((value): Port => ({ name: `case:${value}`, need: { unless: 'next' }, label: value })),
        { ...next('optional'), words: 'other_value' },
      ]
    },
  },
  set_variable: {
    family: 'logic',
    stem: 'set',
    make: () => ({ operations: [{ do: 'set', variable: '', value: '' }] }),
    ports: () => [next()],
  },
  time_delay: {
    family: 'logic',
    stem: 'wait',
    make: () => ({ minutes: 1 }),
    ports: () => [next()],
  },
  jump: {
    family: 'logic',
    stem: 'jump',
    make: () => ({ to: '' }),
    ports: node => (node.bot !== undefined && node.return === true ? [{ ...next(), words: 'returned' }] : []),
  },
  end: {
    family: 'logic',
    stem: 'end',
    make: () => ({}),
    ports: () => [],
  },
  api_request: {
    family: 'call',
    stem: 'request',
    calls: true,
    make: () => ({ method: 'GET', url: 'https://', save_as: 'answer' }),
    ports(node): Port[] {
      const own = statuses(node)
      const ports: Port[] = own.map(status => ({
        name: `status:${status}`,
        need: Array.isArray(node.statuses) && node.statuses.includes(status) ? 'required' : 'optional',
        label: status,
      }))
      if (own.length === 0) {
        ports.push(next({ unless: 'default' }))
        if (node.ports?.default) ports.push({ name: 'default', need: 'optional' })
      } else {
        if (node.ports?.next) ports.push(next('optional'))
        ports.push({ name: 'default', need: { unless: 'next' }, words: 'other_status' })
      }
      return ports
    },
  },
  llm_conversation: {
    family: 'call',
    stem: 'model',
    calls: true,
    make: () => ({ connection: '', model: '', system: '', save_as: 'reply' }),
    ports: () => [next()],
  },
  email: {
    family: 'call',
    stem: 'email',
    calls: true,
    make: () => ({ to: [''], subject: '', html: '' }),
    ports: () => [next()],
  },
  google_sheets: {
    family: 'call',
    stem: 'sheet',
    calls: true,
    make: () => ({ connection: '', spreadsheet: '', sheet: 'Sheet1', action: 'insert' }),
    ports: node =>
      (node.action ?? 'insert') === 'insert' ? [next()] : [next(), { name: 'not_found', need: 'required' }],
  },
  google_drive: {
    family: 'call',
    stem: 'drive',
    calls: true,
    make: () => ({ connection: '', media: '', save_as: 'link' }),
    ports: () => [next()],
  },
  handoff: {
    family: 'people',
    stem: 'person',
    make: () => ({}),
    ports: () => [{ ...next('optional'), words: 'handed_back' }],
  },
} satisfies Record<string, Shape>

/** A type that a newer server brought is shown as it is and never lost. */
export const unknown: Shape = {
  family: 'call',
  stem: 'node',
  make: () => ({}),
  ports: node => Object.keys(node.ports ?? {}).flatMap(name => (name === 'error' ? [] : [{ name, need: 'optional' }])),
}

export type Kind = keyof typeof shapes
export const kinds = Object.keys(shapes) as Kind[]

export const isKind = (type: string): type is Kind => type in shapes

const shapeOf = (type: string): Shape => (isKind(type) ? shapes[type] : unknown)

export const portsOf = (node: FlowNode): Port[] => shapeOf(node.type).ports(node)

/** Whether a port must be connected and is not. */
export function isLoose(node: FlowNode, port: Port): boolean {
  if (port.need === 'optional' || node.ports?.[port.name]) return false
  return port.need === 'required' || !node.ports?.[port.need.unless]
}

export type { ChoiceValue, Port } from './port'
export { choices, families } from './port'
export type { QuickReply, SectionValue } from './values'
export { replies, sections } from './values'
