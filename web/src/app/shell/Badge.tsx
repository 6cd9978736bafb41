import { useTranslation } from 'react-i18next'
import css from './Shell.module.css'
import { useOpenIncidents, useWaiting } from './session'

/** What needs somebody, beside the page where it is: open incidents, conversations that wait. */
export function Badge({ place }: { place: string }) {
  if (place === 'events') return <Incidents />
  return place === 'conversations' ? <Waiting /> : null
}

function Incidents() {
  const { t } = useTranslation('app')
  const count = useOpenIncidents()
  return count === 0 ? null : <Count count={count} words={t('open_incidents', { count })} />
}

function Waiting() {
  const { t } = useTranslation('app')
  const count = useWaiting()
  return count === 0 ? null : <Count count={count} words={t('handoff.waiting', { count })} people />
}

function Count({ count, words, people }: { count: number; words: string; people?: boolean }) {
  return (
    <span className={people ? `${css.badge} ${css.waits}` : css.badge}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="vh">{words}</span>
    </span>
  )
}
