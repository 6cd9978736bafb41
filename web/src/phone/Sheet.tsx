import { IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Sheet.module.css'
import ui from './ui.module.css'

/** Rises over one phone's screen. It takes the focus and gives it back; Escape and the shade close it. */
export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation('phone')
  const sheet = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const opener = document.activeElement
    const first = sheet.current?.querySelector<HTMLElement>('input:checked, input, [data-first]')
    ;(first ?? sheet.current)?.focus()
    return () => {
      // What lies under the sheet is inert until React has drawn again.
      requestAnimationFrame(() => opener instanceof HTMLElement && opener.isConnected && opener.focus())
    }
  }, [])
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the close button and Escape do the same. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the close button and Escape do the same. */}
      <div className={css.shade} onClick={onClose} />
      <div
        ref={sheet}
        className={css.sheet}
        role="dialog"
        aria-label={title}
        tabIndex={-1}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onClose()
        }}
      >
        <header>
          <h3>{title}</h3>
          <button type="button" className={ui.icon} onClick={onClose} aria-label={t('close')}>
            <IconX size={18} stroke={1.75} aria-hidden="true" />
          </button>
        </header>
        {children}
      </div>
    </>
  )
}
