import { IconList } from '@tabler/icons-react'
import { Acts } from './Acts'
import { Framed, framedFromContent, framedFromWire } from './Framed'
import { list as items, type Json, object, text } from './json'
import type { Kind } from './kind'
import { plain } from './markup'
import type { Section } from './message'
import { useSurface } from './surface'

const section = (value: unknown): Section => ({
  title: text(object(value).title) || undefined,
  rows: items(object(value).rows).map(row => ({
    id: text(object(row).id),
    title: text(object(row).title),
    description: text(object(row).description) || undefined,
  })),
})

const options = (part: Json) => ({ button: text(part.button), sections: items(part.sections).map(section) })

export const list: Kind<'list'> = {
  wire: ['interactive/list'],
  fromWire: part => ({ ...framedFromWire(part), ...options(object(part.action)) }),
  fromContent: content => ({ ...framedFromContent(content), ...options(content) }),
  wide: true,
  Body: ({ message }) => <Framed {...message} />,
  Actions({ message }) {
    const { place, openList, chosen } = useSurface()
    if (place === 'phone') {
      return <Acts acts={[{ label: message.button, icon: IconList, onTap: openList && (() => openList(message)) }]} />
    }
    const rows = message.sections.flatMap(shown => shown.rows)
    const shown = chosen ? rows.filter(row => row.title === chosen) : rows
    return <Acts acts={shown.map(row => ({ label: row.title }))} />
  },
  line: message => plain(message.body),
}
