import { useTranslation } from 'react-i18next'
import { useDesk, useTest } from '../context'
import { variablesOf } from '../doc/variables'
import { show } from '../inspector/VariableList'
import css from './Test.module.css'

/** The variables after the last step, those that it changed marked, with the value before. */
export function Values() {
  const { t } = useTranslation('builder')
  const doc = useDesk(desk => desk.doc)
  const session = useTest(state => state.session)
  const changed = useTest(state => state.changed)
  const before = useBefore()
  const names = [...new Set([...Object.keys(variablesOf(doc)), ...Object.keys(session?.variables ?? {})])]
  const system = ['contact.name', 'message.text'].filter(name => session?.system[name] !== undefined)
  return (
    <section className={css.values} aria-label={t('variables.title')}>
      <div className={css.valuesHead}>
        <b>{t('variables.title')}</b>
        <span>{t('test.after_step')}</span>
      </div>
      <dl>
        {[...system, ...names].map(name => {
          const value = name in (session?.system ?? {}) ? session?.system[name] : session?.variables[name]
          const old = before[name]
          return (
            <div
              key={name}
              className={changed.has(name) ? css.changed : undefined}
              title={changed.has(name) ? t('test.before', { value: show(old) }) : undefined}
            >
              <dt className="mono cut">{name}</dt>
              <dd className="cut">
                {changed.has(name) && old !== undefined && <del>{show(old)}</del>}{' '}
                {value === undefined || value === null ? <span>{t('test.empty')}</span> : show(value)}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

/** The values that variables had before the last step that changed them. */
function useBefore(): Record<string, unknown> {
  const log = useTest(state => state.session?.log)
  const changed = useTest(state => state.changed)
  const before: Record<string, unknown> = {}
  const turns = (log ?? []).filter(one => one.kind === 'turn')
  for (const name of changed) {
    const values = turns.filter(turn => name in (turn.trace.changed ?? {})).map(turn => turn.trace.changed?.[name])
    before[name] = values.at(-2)
  }
  return before
}
