import { type Json, text } from './json'
import type { Kind } from './kind'

const read = (part: Json) => ({ payload: text(part.payload), text: text(part.text) })

export const quick_reply: Kind<'quick_reply'> = {
  wire: ['button'],
  fromWire: read,
  fromContent: read,
  Body: ({ message }) => message.text,
  line: message => message.text,
}
