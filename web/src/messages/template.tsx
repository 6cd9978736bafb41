import { IconArrowBackUp, IconCopy, IconExternalLink, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Acts, openable } from './Acts'
import { Framed } from './Framed'
import { type Json, list, object, text } from './json'
import type { Kind } from './kind'
import { plain } from './markup'
import { headerFrom, mediaFromWire } from './media'
import type { TemplateButton } from './message'
import css from './messages.module.css'
import { quickReply, useSurface } from './surface'

const icons = {
  quick_reply: IconArrowBackUp,
  url: IconExternalLink,
  phone_number: IconPhone,
  copy_code: IconCopy,
  other: undefined,
}

export const template: Kind<'template'> = {
  wire: ['template'],
  fromWire(part) {
    // The simulator adds the template's own words, with the values of this message in them.
    const words = object(part._rendered)
    const components = list(part.components).map(object)
    const parameters = (type: string) =>
      list(components.find(one => text(one.type).toLowerCase() === type)?.parameters).map(object)
    return {
      name: text(part.name),
      language: text(object(part.language).code),
      header: headerFrom(parameters('header').find(isMedia) ?? words.header, mediaFromWire),
      body: text(words.body),
      footer: text(words.footer) || undefined,
      parameters: parameters('body').map(one => text(one.text)),
      buttons: list(words.buttons).map((one, index) => {
        const given = components.find(
          component => text(component.type).toLowerCase() === 'button' && text(component.index) === String(index),
        )
        const first = object(list(given?.parameters)[0])
        const shown = button(object(one))
        return {
          ...shown,
          payload: text(first.payload) || shown.text,
          url: shown.url?.replace('{{1}}', text(first.text)),
        }
      }),
    }
  },
  fromContent: content => ({
    name: text(content.name),
    language: text(content.language),
    body: '',
    parameters: list(content.body).map(one => text(object(object(one).value).text)),
    buttons: [],
  }),
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    if (message.body) return <Framed {...message} />
    return (
      <>
        <b className={css.head}>{t('template', { name: message.name })}</b>
        {message.parameters.filter(Boolean).join(' · ') || message.language}
      </>
    )
  },
  Actions({ message }) {
    const { answer } = useSurface()
    if (message.buttons.length === 0) return null
    return (
      <Acts
        acts={message.buttons.map(shown => ({
          label: shown.text,
          icon: icons[shown.type],
          href: shown.type === 'url' ? openable(shown.url ?? '') : undefined,
          onTap:
            shown.type === 'quick_reply' && answer
              ? () => answer(quickReply(shown.payload ?? shown.text, shown.text))
              : undefined,
        }))}
      />
    )
  },
  line: (message, t) => plain(message.body) || t('template', { name: message.name }),
}

const isMedia = ({ type }: Json) => type === 'image' || type === 'video' || type === 'document'

function button(part: Json): TemplateButton {
  const type = text(part.type).toLowerCase()
  return {
    type: type in icons ? (type as TemplateButton['type']) : 'other',
    text: text(part.text),
    url: text(part.url) || undefined,
  }
}
