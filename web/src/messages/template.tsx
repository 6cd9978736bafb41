import { IconArrowBackUp, IconCopy, IconExternalLink, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Acts, openable } from './Acts'
import { Framed } from './Framed'
import { type Json, list, object, text } from './json'
import type { Kind, TemplateText } from './kind'
import { plain } from './markup'
import { headerFrom, mediaFromContent, mediaFromWire } from './media'
import type { Header, Shapes, TemplateButton } from './message'
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
  fromWire(part, { templates = [] }) {
    const language = text(object(part.language).code)
    const known = templates.find(one => one.name === part.name && one.language === language)
    return filled(text(part.name), language, list(part.components).map(object), known)
  },
  fromContent(content) {
    const body = content.body
    return {
      name: text(content.name),
      language: text(content.language) || text(object(content.language).code),
      header: headerFrom(content.header, mediaFromContent),
      body: typeof body === 'string' ? body : '',
      parameters: list(body ?? content.parameters).map(value => text(value) || text(object(value).text)),
      buttons: list(content.buttons).map(button),
    }
  },
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    if (message.body) return <Framed {...message} />
    return (
      <>
        <b className={css.head}>{t('template', { name: message.name })}</b>
        {message.parameters.join(' · ') || message.language}
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

/** The template's own text with the parameters of this message put in. */
function filled(name: string, language: string, sent: Json[], known?: TemplateText): Shapes['template'] {
  const part = (type: string) => sent.find(one => text(one.type).toLowerCase() === type)
  const own = (type: string) => known?.components.map(object).find(one => text(one.type).toUpperCase() === type)
  const parameters = list(part('body')?.parameters).map(object)
  const header = own('HEADER')
  return {
    name,
    language,
    header: headerOf(list(part('header')?.parameters).map(object), header),
    body: put(text(own('BODY')?.text), parameters),
    footer: text(own('FOOTER')?.text) || undefined,
    parameters: parameters.map(value),
    buttons: list(own('BUTTONS')?.buttons).map((one, index) => {
      const given = sent.find(s => text(s.type).toLowerCase() === 'button' && text(s.index) === String(index))
      const first = object(list(given?.parameters)[0])
      const shown = button(one)
      return {
        ...shown,
        payload: text(first.payload) || shown.text,
        url: shown.url?.replace(/\{\{1\}\}/, text(first.text)),
      }
    }),
  }
}

function headerOf(parameters: Json[], own?: Json): Header | undefined {
  const media = parameters.find(one => one.type === 'image' || one.type === 'video' || one.type === 'document')
  return media ? headerFrom(media, mediaFromWire) : headerFrom(put(text(own?.text), parameters), mediaFromWire)
}

const value = (parameter: Json): string =>
  text(parameter.text) || text(object(parameter[text(parameter.type)]).fallback_value)

/** `{{1}}` takes the first parameter, `{{name}}` the one of that name. */
function put(source: string, parameters: Json[]): string {
  return source.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, key: string) => {
    const found = parameters.find(one => one.parameter_name === key) ?? parameters[Number(key) - 1]
    return found ? value(found) : whole
  })
}

function button(one: unknown): TemplateButton {
  const part = object(one)
  const type = text(part.type || part.sub_type).toLowerCase()
  return {
    type: type in icons ? (type as TemplateButton['type']) : type ? 'other' : 'quick_reply',
    text: text(part.text) || text(part.title) || text(part.label),
    url: text(part.url) || undefined,
    payload: text(part.payload) || undefined,
  }
}
