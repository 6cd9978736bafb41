import { audio } from './audio'
import { button_reply } from './button_reply'
import { buttons } from './buttons'
import { contacts } from './contacts'
import { cta_url } from './cta_url'
import { document } from './document'
import { edit } from './edit'
import { flow } from './flow'
import { flow_reply } from './flow_reply'
import { image } from './image'
import { type Json, object, text as read } from './json'
import type { Kind, Words } from './kind'
import { list } from './list'
import { list_reply } from './list_reply'
import { location } from './location'
import { location_request } from './location_request'
import type { Message, Type } from './message'
import { order } from './order'
import { quick_reply } from './quick_reply'
import { reaction } from './reaction'
import { revoke } from './revoke'
import { sticker } from './sticker'
import { system } from './system'
import { template } from './template'
import { text } from './text'
import { unknown } from './unknown'
import { unsupported } from './unsupported'
import { video } from './video'

/** Every type of message; a type without a file does not compile. */
export const kinds: { [T in Type]: Kind<T> } = {
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  buttons,
  list,
  cta_url,
  location_request,
  flow,
  template,
  button_reply,
  list_reply,
  quick_reply,
  flow_reply,
  reaction,
  order,
  system,
  edit,
  revoke,
  unsupported,
  unknown,
}

const byWire = new Map(Object.entries(kinds).flatMap(([type, kind]) => kind.wire.map(name => [name, type as Type])))

/** The kind of a message, for a message whose type is only known when it runs. */
export function kindOf(message: Message): Kind<Type> {
  return kinds[message.type] as unknown as Kind<Type>
}

/** Reads a message object of the Cloud API, of either direction. */
export function fromWire(wire: Json): Message {
  const name = read(wire.type)
  const part = object(wire[name])
  const full = name === 'interactive' ? `interactive/${read(part.type)}` : name
  const type = byWire.get(full) ?? 'unknown'
  const under = full.endsWith('_reply') ? object(part[read(part.type)]) : part
  const body = type === 'contacts' ? { contacts: wire.contacts } : type === 'unknown' ? { kind: full } : under
  return { type, ...kinds[type].fromWire(body) } as Message
}

/** Reads the engine's form of a message. */
export function fromContent(content: Json): Message {
  const name = read(content.type)
  const type = name in kinds ? (name as Type) : 'unknown'
  return { type, ...kinds[type].fromContent(type === name ? content : { kind: name }) } as Message
}

/** One line that stands for the message. */
export const line = (message: Message, words: Words): string => kindOf(message).line(message, words)

export type { Message } from './message'
