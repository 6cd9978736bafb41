import { useTranslation } from 'react-i18next'
import type { Conversation, Turn } from '../../api/types'
import css from './Conversations.module.css'
import { shownValue, variablesAfter } from './trace'

/** The variables after a turn; what it changed stands out. The last turn shows what the conversation holds. */
export function Variables({ conversation, turns, turn }: { conversation: Conversation; turns: Turn[]; turn: Turn }) {
  const { t } = useTranslation('app')
  const last = turn.no === turns.at(-1)?.no
  const values = (last && conversation.variables) || variablesAfter(turns, turn.no)
  const entries = Object.entries(values)
  return (
    <section className={css.variables}>
      <h3>{t('trace.variables')}</h3>
      {entries.length === 0 ? (
        <p className={css.none}>{t('trace.no_variables')}</p>
      ) : (
        <dl>
          {entries.map(([name, value]) => (
            <div key={name} className={name in turn.changed ? css.changed : ''}>
              <dt className="mono">{name}</dt>
              <dd>{shownValue(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
