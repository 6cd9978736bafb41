import { Kbd, Modal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Keys.module.css'
import { places } from './places'

const patience = 1200

/** `g` and a letter goes to a page, `/` searches, `?` lists the keys. */
export function Keys() {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    let pressed = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const going = event.timeStamp - pressed < patience
      pressed = 0
      const place = going ? places.find(({ key }) => key === event.key) : undefined
      if (place) void navigate({ to: place.to })
      else if (event.key === 'g') pressed = event.timeStamp
      else if (event.key === '?') setOpen(true)
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('input[data-search]')
        if (!field) return
        event.preventDefault()
        field.focus()
        field.select()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className={css.keys}>
        {places.map(({ key, name }) => (
          <div key={key}>
            <dt>
              <Kbd>g</Kbd> <Kbd>{key}</Kbd>
            </dt>
            <dd>{t(`places.${name}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Kbd>/</Kbd>
          </dt>
          <dd>{t('keys.search')}</dd>
        </div>
        <div>
          <dt>
            <Kbd>?</Kbd>
          </dt>
          <dd>{t('keys.list')}</dd>
        </div>
        <div>
          <dt>
            <Kbd>Esc</Kbd>
          </dt>
          <dd>{t('keys.close')}</dd>
        </div>
      </dl>
    </Modal>
  )
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
