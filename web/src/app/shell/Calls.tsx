import { CloseButton } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chime, isFirst, notify } from './ring'
import css from './Shell.module.css'
import { useMay, useWaiting } from './session'
import { titled } from './waiting'

/** Most notes at once; the badge counts the others. */
const most = 3

/** Conversations that just began to wait for a person. Who only reads is not called. */
export function useCalls() {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  const answers = useMay('edit')
  const [calls, setCalls] = useState<string[]>([])
  const put = useCallback((id: string) => setCalls(old => old.filter(one => one !== id)), [])
  // The stream is opened once; what it calls is what the page knows by then.
  const latest = useRef<(id: string) => void>(() => {})
  latest.current = id => {
    if (!answers || location.pathname === `/conversations/${id}`) return
    setCalls(old => [...old.filter(one => one !== id), id].slice(-most))
    if (!isFirst(id, Date.now())) return
    chime()
    notify(t('handoff.call'), id, () => void navigate({ to: `/conversations/${id}` as string }))
  }
  const ring = useCallback((id: string) => latest.current(id), [])
  return { calls, put, ring }
}

/** A note for each, in the corner of every page. */
export function Calls({ calls, onClose }: { calls: string[]; onClose: (id: string) => void }) {
  const { t } = useTranslation('app')
  return (
    <div className={css.calls} role="alert">
      {calls.map(id => (
        <div key={id} className={css.call}>
          <Link to={`/conversations/${id}` as string} onClick={() => onClose(id)}>
            {t('handoff.call')}
          </Link>
          <CloseButton aria-label={t('close')} onClick={() => onClose(id)} />
        </div>
      ))}
    </div>
  )
}

/** Keeps the number of conversations that wait in the window's title, whatever page sets it. */
export function useWaitingTitle() {
  const count = useWaiting()
  useEffect(() => {
    const set = () => {
      const title = titled(document.title, count)
      if (title !== document.title) document.title = title
    }
    set()
    const holder = document.querySelector('title')
    if (!holder) return
    const watch = new MutationObserver(set)
    watch.observe(holder, { childList: true, characterData: true, subtree: true })
    return () => watch.disconnect()
  }, [count])
}
