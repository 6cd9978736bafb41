import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { Missing } from './Missing'
import { plain } from './markup'
import { mediaFromContent, mediaFromWire } from './media'
import css from './messages.module.css'

export const video: Kind<'video'> = {
  wire: ['video'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return (
      <>
        {message.url ? (
          // biome-ignore lint/a11y/useMediaCaption: what a chat sends has no caption track.
          <video className={css.picture} src={message.url} controls preload="metadata" aria-label={t('video')} />
        ) : (
          <Missing type="video" media={message} />
        )}
        {message.caption && <Marked text={message.caption} />}
      </>
    )
  },
  line: (message, t) => (message.caption ? plain(message.caption) : t('video')),
}
