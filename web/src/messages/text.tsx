import { text as read } from './json'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { plain } from './markup'

export const text: Kind<'text'> = {
  wire: ['text'],
  fromWire: part => ({ body: read(part.body) }),
  fromContent: content => ({ body: read(content.body) }),
  Body: ({ message }) => <Marked text={message.body} />,
  line: message => plain(message.body),
}
