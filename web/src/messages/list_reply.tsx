import { type Json, text } from './json'
import type { Kind } from './kind'
import css from './messages.module.css'

const read = (part: Json) => ({
  id: text(part.id),
  title: text(part.title),
  description: text(part.description) || undefined,
})

export const list_reply: Kind<'list_reply'> = {
  wire: ['interactive/list_reply'],
  fromWire: read,
  fromContent: read,
  Body: ({ message }) => (
    <>
      {message.title}
      {message.description && <small className={css.footer}>{message.description}</small>}
    </>
  ),
  line: message => message.title,
}
