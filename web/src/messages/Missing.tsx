import {
  IconExternalLink,
  IconFileText,
  IconMicrophone,
  IconMusic,
  IconPhoto,
  IconSticker,
  IconVideo,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Media } from './message'
import css from './messages.module.css'

const icons = { image: IconPhoto, video: IconVideo, audio: IconMusic, document: IconFileText, sticker: IconSticker }

/** Stands for media whose bytes this page cannot show: its kind, its name, and a link where there is one. */
export function Missing({ type, media }: { type: keyof typeof icons; media: Media }) {
  const { t } = useTranslation('messages')
  const Icon = media.voice ? IconMicrophone : icons[type]
  const inside = (
    <>
      <span className={css.fileIcon}>
        <Icon size={18} stroke={1.75} aria-hidden="true" />
      </span>
      <span className={css.fileText}>
        <b className={css.fileName}>{media.filename ?? t(media.voice ? 'voice' : type)}</b>
        <small>{media.link ? host(media.link) : (media.mime_type ?? '').split(';')[0]}</small>
      </span>
      {media.link && <IconExternalLink size={16} stroke={1.75} aria-hidden="true" />}
    </>
  )
  return media.link ? (
    <a className={css.file} href={media.link} target="_blank" rel="noopener noreferrer">
      {inside}
    </a>
  ) : (
    <span className={css.file}>{inside}</span>
  )
}

function host(link: string) {
  try {
    return new URL(link).host
  } catch {
    return link
  }
}
