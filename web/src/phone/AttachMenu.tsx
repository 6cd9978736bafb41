import {
  IconAddressBook,
  IconFileText,
  IconMapPin,
  IconMicrophone,
  IconPhoto,
  IconVideo,
  type TablerIcon,
} from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Composer.module.css'

export interface Picked {
  type: 'image' | 'video' | 'document'
  file: File
}

interface Props {
  onClose: () => void
  onFile: (picked: Picked) => void
  onVoice: () => void
  onLocation: () => void
  onContact: () => void
}

const accepts = { image: 'image/jpeg,image/png,image/webp', video: 'video/mp4,video/3gpp,video/*', document: '' }

export function AttachMenu({ onClose, onFile, onVoice, onLocation, onContact }: Props) {
  const { t } = useTranslation('phone')
  const menu = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const wanted = useRef<Picked['type']>('document')

  useEffect(() => {
    const opener = document.activeElement
    menu.current?.querySelector('button')?.focus()
    const away = (event: PointerEvent) =>
      !menu.current?.contains(event.target as Node) && event.target !== opener && onClose()
    // The tap that opened the menu must not close it.
    const timer = setTimeout(() => addEventListener('pointerdown', away))
    return () => {
      clearTimeout(timer)
      removeEventListener('pointerdown', away)
      if (opener instanceof HTMLElement && menu.current?.contains(document.activeElement)) opener.focus()
    }
  }, [onClose])

  const pick = (type: Picked['type']) => () => {
    wanted.current = type
    if (!input.current) return
    input.current.accept = accepts[type]
    input.current.click()
  }
  const then = (act: () => void) => () => {
    onClose()
    act()
  }
  const items: [TablerIcon, 'picture' | 'video' | 'document' | 'voice' | 'location' | 'contact', () => void][] = [
    [IconPhoto, 'picture', pick('image')],
    [IconVideo, 'video', pick('video')],
    [IconFileText, 'document', pick('document')],
    [IconMicrophone, 'voice', then(onVoice)],
    [IconMapPin, 'location', then(onLocation)],
    [IconAddressBook, 'contact', then(onContact)],
  ]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes, as in any menu.
    <div
      ref={menu}
      className={css.menu}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      {items.map(([Icon, name, act]) => (
        <button key={name} type="button" onClick={act}>
          <span className={css[name]}>
            <Icon size={20} stroke={1.75} aria-hidden="true" />
          </span>
          {t(name)}
        </button>
      ))}
      <input
        ref={input}
        type="file"
        hidden
        onChange={event => {
          const file = event.target.files?.[0]
          onClose()
          if (file) onFile({ type: wanted.current, file })
        }}
      />
    </div>
  )
}
