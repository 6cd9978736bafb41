/**
 * A message as both pages show it. It can be read from the wire form of the Cloud API (the phone) and from the engine's
 * form (the transcript); each type's file knows how.
 */
export interface Media {
  /** An address of our own origin that shows it. */
  url?: string
  /** Where the bot took it from, when that is somewhere else. */
  link?: string
  mime_type?: string
  caption?: string
  filename?: string
  voice?: boolean
}

export type Header = { type: 'text'; text: string } | { type: 'image' | 'video' | 'document'; media: Media }

export interface Choice {
  id: string
  title: string
  description?: string
}

export interface Section {
  title?: string
  rows: Choice[]
}

export interface Card {
  name: string
  phones: string[]
  company?: string
}

interface Framed {
  header?: Header
  body: string
  footer?: string
}

/** A template's button; only quick replies can be answered here. */
export interface TemplateButton {
  type: 'quick_reply' | 'url' | 'phone_number' | 'copy_code' | 'other'
  text: string
  payload?: string
  url?: string
}

export interface Shapes {
  text: { body: string }
  image: Media
  video: Media
  audio: Media
  document: Media
  sticker: Media
  location: { latitude: number; longitude: number; name?: string; address?: string; url?: string }
  contacts: { cards: Card[] }
  buttons: Framed & { buttons: Choice[] }
  list: Framed & { button: string; sections: Section[] }
  cta_url: Framed & { display_text: string; url: string }
  location_request: { body: string }
  flow: Framed & { cta: string }
  template: { name: string; language: string; parameters: string[]; buttons: TemplateButton[] } & Framed
  button_reply: { id: string; title: string }
  list_reply: Choice
  quick_reply: { payload: string; text: string }
  flow_reply: { body: string; answers: Record<string, unknown> }
  reaction: { emoji: string }
  order: { text?: string; items: { id: string; quantity: number; price: number; currency: string }[] }
  system: { body: string }
  edit: { content?: Message }
  revoke: object
  unsupported: { kind: string }
  unknown: { kind: string }
}

export type Type = keyof Shapes
export type Of<T extends Type> = { type: T } & Shapes[T]
export type Message = { [T in Type]: Of<T> }[Type]
