import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useLiveState } from '../../api/live'
import { clockTime } from '../../words/time'
import css from './LiveNote.module.css'
import { useAgo } from './now'

/** Says whether the page follows by itself, and how old what it shows is. */
export function LiveNote({ updatedAt, failed }: { updatedAt: number; failed?: boolean }) {
  const { t, i18n } = useTranslation('app')
  const live = useLiveState()
  const { words } = useAgo()(updatedAt || Date.now())
  if (!updatedAt || live === 'starting') return null
  if (live === 'broken' || failed) {
    return (
      <span className={`${css.note} ${css.broken}`} role="status">
        <IconAlertTriangle size={14} stroke={2} aria-hidden="true" />
        {t('live.broken', { at: clockTime(updatedAt, i18n.language) })}
      </span>
    )
  }
  return <span className={css.note}>{t('live.on', { ago: words.charAt(0).toLowerCase() + words.slice(1) })}</span>
}
