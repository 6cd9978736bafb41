import { useTranslation } from 'react-i18next'
import css from './Shell.module.css'
import { useOpenIncidents } from './session'

/** The red count beside Events. */
export function Badge() {
  const { t } = useTranslation('app')
  const count = useOpenIncidents()
  if (count === 0) return null
  return (
    <span className={css.badge}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="vh">{t('open_incidents', { count })}</span>
    </span>
  )
}
