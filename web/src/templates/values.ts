/** A template's values, as the API, an integration's settings and bots keep them. What a template needs, its `fields` say. */
import type { Template, TemplateField } from '../api/types'
import { type Json, list, object, text } from '../messages/json'
import type { Header, Of, TemplateButton } from '../messages/message'

export interface ButtonValue {
  index: number
  url_suffix?: string | null
  copy_code?: string | null
  payload?: string | null
  flow_token?: string | null
  flow_data?: Json | null
  thumbnail?: string | null
}

export interface HeaderValue {
  kind?: TemplateHeaderKind | null
  value: string
  filename?: string | null
  name?: string | null
  address?: string | null
  catalog_id?: string | null
}

export type TemplateHeaderKind = 'text' | 'image' | 'video' | 'document' | 'location' | 'product'

export interface Values {
  header?: HeaderValue | null
  parameters?: string[] | Record<string, string> | null
  buttons?: ButtonValue[] | null
}

export interface Given extends Values {
  name: string
  language: string
}

export const keyOf = ({ name, language }: { name: string; language: string }) => `${name} ${language}`

/** The parts of a header beside its value. */
export const beside = {
  text: [],
  image: [],
  video: [],
  document: ['filename'],
  location: ['name', 'address'],
  product: ['catalog_id'],
} as const satisfies Record<TemplateHeaderKind, readonly (keyof HeaderValue)[]>

/** The kind of file that a header takes. */
export const fileOf = (kind: string) => (['image', 'video', 'document'] as const).find(one => one === kind)

/** A template that was just chosen, with nothing in it but `usual` in its body. */
export function chosen(template: Template, usual = ''): Given {
  const header = template.fields.find(({ part }) => part === 'header')
  const named = isNamed(template)
  return {
    name: template.name,
    language: template.language,
    header: header ? { kind: header.kind as TemplateHeaderKind, value: '' } : undefined,
    parameters: named
      ? Object.fromEntries(template.parameters.map(name => [name, usual]))
      : template.parameters.map(() => usual),
    buttons: [],
  }
}

const isNamed = (template: Template) => template.parameters.some(name => !/^\d+$/.test(name))

/** What one of the fields has been given. */
export function valueIn(given: Values, template: Template, field: TemplateField): string {
  if (field.part === 'header') return given.header?.value ?? ''
  if (field.part === 'button') {
    const mine = given.buttons?.find(({ index }) => index === field.index)
    return text(mine?.[field.kind as 'url_suffix'])
  }
  const { parameters } = given
  if (Array.isArray(parameters)) return parameters[template.parameters.indexOf(field.name ?? '')] ?? ''
  return parameters?.[field.name ?? ''] ?? ''
}

/** The values with another one in one of the fields. */
export function withValue<G extends Values>(given: G, template: Template, field: TemplateField, value: string): G {
  if (field.part === 'header') {
    return { ...given, header: { ...given.header, kind: field.kind as TemplateHeaderKind, value } }
  }
  if (field.part === 'button') return withButton(given, field.index ?? 0, { [field.kind]: value || undefined })
  const values = template.parameters.map(name => (name === field.name ? value : valueIn(given, template, body(name))))
  const parameters = isNamed(template)
    ? Object.fromEntries(template.parameters.map((name, at) => [name, values[at]!]))
    : values
  return { ...given, parameters }
}

const body = (name: string): TemplateField => ({
  part: 'body',
  kind: 'text',
  name,
  index: null,
  label: null,
  example: null,
  required: true,
  longest: null,
})

/** The values with others for one button; a button without any is left out. */
export function withButton<G extends Values>(given: G, index: number, values: Partial<ButtonValue>): G {
  const before = given.buttons?.find(one => one.index === index) ?? { index }
  const merged = Object.entries({ ...before, ...values }).filter(([, value]) => value !== undefined)
  const mine = Object.fromEntries(merged) as unknown as ButtonValue
  const others = (given.buttons ?? []).filter(one => one.index !== index)
  const buttons = merged.length > 1 ? [...others, mine].sort((a, b) => a.index - b.index) : others
  return { ...given, buttons }
}

/** Where the server says that one of the fields is wrong, as a pointer into the values. */
export function pointersOf(given: Values, template: Template, field: TemplateField): string[] {
  if (field.part === 'header') return ['/header', '/header/value', '/header/kind']
  if (field.part === 'button') {
    const at = given.buttons?.findIndex(({ index }) => index === field.index) ?? -1
    return at < 0 ? [field.required ? '/buttons' : '/buttons/-'] : [`/buttons/${at}`]
  }
  const at = template.parameters.indexOf(field.name ?? '')
  return Array.isArray(given.parameters ?? []) ? [`/parameters/${at}`] : [`/parameters/${field.name}`]
}

const part = (template: Template, type: string) =>
  object(template.components.find(one => text(object(one).type).toUpperCase() === type))

/** A text of the template with its values in it; what has none yet shows its place. */
function filled(said: string, value: (name: string) => string) {
  return said.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (place, name: string) => value(name) || place)
}

/** The message that the template and its values make. */
export function rendered(template: Template, given: Values): Of<'template'> {
  const of = (where: TemplateField['part']) => (name: string) => {
    const field = template.fields.find(one => one.part === where && one.name === name)
    return field ? valueIn(given, template, field) : ''
  }
  const suffix = (index: number) => given.buttons?.find(one => one.index === index)?.url_suffix ?? ''
  const buttons = list(part(template, 'BUTTONS').buttons).map(object)
  return {
    type: 'template',
    name: template.name,
    language: template.language,
    header: header(template, given, of('header')),
    body: filled(text(part(template, 'BODY').text), of('body')),
    footer: text(part(template, 'FOOTER').text) || undefined,
    parameters: [],
    buttons: buttons.map((button, index) => ({
      type: buttonType(text(button.type).toLowerCase()),
      text: text(button.text),
      url: text(button.url).replace(/\{\{.*?\}\}/, suffix(index)) || undefined,
    })),
  }
}

function buttonType(type: string): TemplateButton['type'] {
  const known = ['quick_reply', 'url', 'phone_number', 'copy_code'] as const
  return known.find(one => one === type) ?? 'other'
}

function header(template: Template, given: Values, value: (name: string) => string): Header | undefined {
  const described = part(template, 'HEADER')
  const kind = text(described.format).toLowerCase() || 'text'
  const shown = given.header?.value ?? ''
  switch (kind) {
    case 'text':
      return described.text ? { type: 'text', text: filled(text(described.text), value) } : undefined
    case 'image':
    case 'video':
    case 'document': {
      const stored = shown.startsWith('med_') ? `/api/v1/media/${encodeURIComponent(shown)}` : undefined
      const link = /^https?:/.test(shown) ? shown : undefined
      return { type: kind, media: { url: stored, link, filename: given.header?.filename ?? undefined } }
    }
    default:
      return given.header ? { type: 'text', text: given.header.name || shown } : undefined
  }
}
