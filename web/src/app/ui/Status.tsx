import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconPlayerPause,
  type TablerIcon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '../../api/types'
import css from './Status.module.css'

export type State = 'ok' | 'warning' | 'failing' | 'inactive'

export const statusIcons: Record<State, TablerIcon> = {
  ok: IconCircleCheck,
  warning: IconAlertTriangle,
  failing: IconAlertOctagon,
  inactive: IconPlayerPause,
}

/** The one way a status is shown: icon, word and ground. */
export function Status({ state, word, icon }: { state: State; word?: string; icon?: TablerIcon }) {
  const { t } = useTranslation('app')
  const Icon = icon ?? statusIcons[state]
  return (
    <span className={`${css.pill} ${css[state]}`}>
      <Icon size={15} stroke={2} aria-hidden="true" />
      {word ?? t(`status.${state}`)}
    </span>
  )
}

/** An integration that was switched off has no health; one that was never checked is not called OK. */
export function stateOf({ active, health }: Pick<Integration, 'active' | 'health'>): State | 'unchecked' {
  return active ? health : 'inactive'
}

export function IntegrationStatus({ integration }: { integration: Pick<Integration, 'active' | 'health'> }) {
  const { t } = useTranslation('app')
  const state = stateOf(integration)
  if (state !== 'unchecked') return <Status state={state} />
  return <span className={`${css.pill} ${css.inactive}`}>{t('status.unchecked')}</span>
}
