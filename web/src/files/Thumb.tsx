import { IconFile, IconFileText, IconMusic, IconPhoto, IconVideo } from '@tabler/icons-react'
import type { UploadedFile } from '../api/types'
import css from './files.module.css'

/** A small picture of a file. */
export function Thumb({ file }: { file: UploadedFile }) {
  if (file.sent_as?.kind === 'image' || file.mime_type === 'image/webp') {
    return <img className={css.thumb} src={`/api/v1/media/${file.id}`} alt="" loading="lazy" />
  }
  const family = file.mime_type.split('/')[0]
  const Icon =
    family === 'video'
      ? IconVideo
      : family === 'audio'
        ? IconMusic
        : family === 'image'
          ? IconPhoto
          : family === 'text' || file.mime_type === 'application/pdf'
            ? IconFileText
            : IconFile
  return (
    <span className={css.thumb} aria-hidden="true">
      <Icon size={18} stroke={1.75} />
    </span>
  )
}
