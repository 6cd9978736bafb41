import { type Json, text } from './json'
import type { Kind } from './kind'

const read = (part: Json) => ({ id: text(part.id), title: text(part.title) })

export const button_reply: Kind<'button_reply'> = {
  wire: ['interactive/button_reply'],
  fromWire: read,
  fromContent: read,
  Body: ({ message }) => message.title,
  line: message => message.title,
}
