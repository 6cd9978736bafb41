import type { ReactNode } from 'react'
import { File } from './document'
import { image } from './image'
import { type Json, object, text } from './json'
import { Marked } from './Marked'
import { headerFrom, mediaFromWire, sourceFromContent } from './media'
import type { Header } from './message'
import css from './messages.module.css'
import { video } from './video'

/** Header, body and footer, as all interactive messages have them. */
export function Framed({
  header,
  body,
  footer,
  children,
}: {
  header?: Header
  body: string
  footer?: string
  children?: ReactNode
}) {
  return (
    <>
      {header && <Head header={header} />}
      <Marked text={body} />
      {children}
      {footer && <small className={css.footer}>{footer}</small>}
    </>
  )
}

function Head({ header }: { header: Header }) {
  switch (header.type) {
    case 'text':
      return <b className={css.head}>{header.text}</b>
    case 'image':
      return <image.Body message={{ type: 'image', ...header.media }} />
    case 'video':
      return <video.Body message={{ type: 'video', ...header.media }} />
    case 'document':
      return <File media={header.media} />
  }
}

export const framedFromWire = (part: Json) => ({
  header: headerFrom(part.header, mediaFromWire),
  body: text(object(part.body).text),
  footer: text(object(part.footer).text) || undefined,
})

export const framedFromContent = (content: Json) => ({
  header: headerFrom(content.header, sourceFromContent),
  body: text(content.body) || text(object(content.body).text),
  footer: text(content.footer) || text(object(content.footer).text) || undefined,
})
