import { useTranslation } from 'react-i18next'
import css from './messages.module.css'

export type TickState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed'

const drawings: Record<TickState, string> = {
  queued: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7.5V12l3 2',
  sent: 'M5 12.5l4.5 4.500L19 7.500',
  delivered: 'M2.5 12.500l4.300 4.300 8.700-9M12.200 15.800l1 1 8.700-9',
  read: 'M2.500 10.500l4.300 4.300 8.700-9M12.200 13.800l1 1 8.700-9M3 20h18',
  failed: 'M8.300 3h7.400L21 8.300v7.400L15.700 21H8.300L3 15.700V8.300zM12 8v4.500M12 16v.01',
}

/** How far a message got. The shape alone tells; read adds an underline to the two ticks. */
export function Ticks({ state, silent }: { state: TickState; silent?: boolean }) {
  const { t } = useTranslation('messages')
  const label = silent ? undefined : t(`ticks.${state}`)
  return (
    <svg
      className={`${css.tick} ${state === 'read' ? css.read : state === 'failed' ? css.failed : ''}`}
      viewBox="0 0 24 24"
      role={silent ? undefined : 'img'}
      aria-label={label}
      aria-hidden={silent}
    >
      <path d={drawings[state]} />
    </svg>
  )
}
