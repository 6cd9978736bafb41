import { IconDownload, IconFileText } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { Missing } from './Missing'
import { plain } from './markup'
import { mediaFromContent, mediaFromWire } from './media'
import type { Media } from './message'
import css from './messages.module.css'

export const document: Kind<'document'> = {
  wire: ['document'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  wide: true,
  Body: ({ message }) => (
    <>
      <File media={message} />
      {message.caption && <Marked text={message.caption} />}
    </>
  ),
  line: (message, t) => (message.caption ? plain(message.caption) : (message.filename ?? t('document'))),
}

/** A file that opens or downloads. */
export function File({ media }: { media: Media }) {
  const { t } = useTranslation('messages')
  if (!media.url) return <Missing type="document" media={media} />
  const name = media.filename ?? t('document')
  return (
    <a
      className={css.file}
      href={media.url}
      download={media.filename ?? true}
      target="_blank"
      rel="noopener noreferrer"
    >
      <span className={css.fileIcon}>
        <IconFileText size={18} stroke={1.75} aria-hidden="true" />
      </span>
      <span className={css.fileText}>
        <b className={css.fileName}>{name}</b>
        <small>{ending(name, media.mime_type)}</small>
      </span>
      <IconDownload size={16} stroke={1.75} aria-hidden="true" />
    </a>
  )
}

function ending(name: string, mime = '') {
  const dot = name.lastIndexOf('.')
  return (dot > 0 ? name.slice(dot + 1) : (mime.split('/').pop() ?? '')).toUpperCase().slice(0, 12)
}
