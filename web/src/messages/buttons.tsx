import { IconArrowBackUp } from '@tabler/icons-react'
import { Acts } from './Acts'
import { Framed, framedFromContent, framedFromWire } from './Framed'
import { list, object, text } from './json'
import type { Kind } from './kind'
import { plain } from './markup'
import { buttonReply, useSurface } from './surface'

const choice = (value: unknown) => ({ id: text(object(value).id), title: text(object(value).title) })

export const buttons: Kind<'buttons'> = {
  wire: ['interactive/button'],
  fromWire: part => ({
    ...framedFromWire(part),
    buttons: list(object(part.action).buttons).map(button => choice(object(button).reply)),
  }),
  fromContent: content => ({ ...framedFromContent(content), buttons: list(content.buttons).map(choice) }),
  wide: true,
  Body: ({ message }) => <Framed {...message} />,
  Actions({ message }) {
    const { answer } = useSurface()
    return (
      <Acts
        acts={message.buttons.map(button => ({
          label: button.title,
          icon: IconArrowBackUp,
          onTap: answer && (() => answer(buttonReply(button))),
        }))}
      />
    )
  },
  line: message => plain(message.body),
}
