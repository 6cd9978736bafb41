import { IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import ui from './ui.module.css'

/** A dialog over the whole page; the browser keeps the focus inside and gives it back. */
export function Dialog({
  title,
  onClose,
  children,
  width,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  width?: number
}) {
  const { t } = useTranslation('phone')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      className={ui.dialog}
      style={width ? { width: `min(${width}px, calc(100vw - 32px))` } : undefined}
      aria-label={title}
      onClose={onClose}
      onClick={event => event.target === dialog.current && onClose()}
    >
      <header className={ui.dialogHead}>
        <h2>{title}</h2>
        <button type="button" className={ui.icon} onClick={onClose} aria-label={t('close')}>
          <IconX size={18} stroke={1.75} aria-hidden="true" />
        </button>
      </header>
      <div className={ui.dialogBody}>{children}</div>
    </dialog>
  )
}
