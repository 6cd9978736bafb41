import { IconForms } from '@tabler/icons-react'
import { Acts } from './Acts'
import { Framed, framedFromContent, framedFromWire } from './Framed'
import { object, text } from './json'
import type { Kind } from './kind'
import { plain } from './markup'
import { useSurface } from './surface'

export const flow: Kind<'flow'> = {
  wire: ['interactive/flow'],
  fromWire: part => ({
    ...framedFromWire(part),
    cta: text(object(object(part.action).parameters).flow_cta),
  }),
  fromContent: content => ({ ...framedFromContent(content), cta: text(content.flow_cta) || text(content.cta) }),
  wide: true,
  Body: ({ message }) => <Framed {...message} />,
  Actions({ message }) {
    const { answer } = useSurface()
    const done = {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' } },
    }
    return <Acts acts={[{ label: message.cta, icon: IconForms, onTap: answer && (() => answer(done)) }]} />
  },
  line: message => plain(message.body),
}
