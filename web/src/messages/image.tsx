import { useTranslation } from 'react-i18next'
import type { Kind } from './kind'
import { Marked } from './Marked'
import { plain } from './markup'
import { mediaFromContent, mediaFromWire } from './media'
import css from './messages.module.css'
import { Picture } from './Picture'

export const image: Kind<'image'> = {
  wire: ['image'],
  fromWire: mediaFromWire,
  fromContent: mediaFromContent,
  wide: true,
  Body({ message }) {
    const { t } = useTranslation('messages')
    return (
      <>
        <Picture
          type="image"
          media={message}
          className={css.picture}
          alt={message.caption ? plain(message.caption) : t('image')}
        />
        {message.caption && <Marked text={message.caption} />}
      </>
    )
  },
  line: (message, t) => (message.caption ? plain(message.caption) : t('image')),
}
