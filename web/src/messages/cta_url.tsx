import { IconExternalLink } from '@tabler/icons-react'
import { Acts, openable } from './Acts'
import { Framed, framedFromContent, framedFromWire } from './Framed'
import { object, text } from './json'
import type { Kind } from './kind'
import { plain } from './markup'

export const cta_url: Kind<'cta_url'> = {
  wire: ['interactive/cta_url'],
  fromWire: part => {
    const parameters = object(object(part.action).parameters)
    return { ...framedFromWire(part), display_text: text(parameters.display_text), url: text(parameters.url) }
  },
  fromContent: content => ({
    ...framedFromContent(content),
    display_text: text(content.display_text),
    url: text(content.url),
  }),
  wide: true,
  Body: ({ message }) => <Framed {...message} />,
  Actions: ({ message }) => (
    <Acts acts={[{ label: message.display_text, icon: IconExternalLink, href: openable(message.url) }]} />
  ),
  line: message => plain(message.body),
}
