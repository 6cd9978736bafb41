import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useTest } from '../context'
import type { VariableType } from '../doc/definition'
import { systemVariables, variablesOf } from '../doc/variables'
import css from './inspector.module.css'

export interface Listed {
  name: string
  type: VariableType
  group: 'bot' | 'contact' | 'system'
  /** Its value in the running test. */
  value?: unknown
}

/** All that every bot has, and room for the bot's own. */
const most = 200

/** The variables that match what was typed, in three groups. */
const nothing: Listed[] = []

export function useVariableList(query: string | undefined): Listed[] {
  const doc = useDesk(desk => (query === undefined ? undefined : desk.doc))
  const values = useTest(test => test.session?.variables)
  const system = useTest(test => test.session?.system)
  return useMemo(() => {
    if (!doc || query === undefined) return nothing
    const own = Object.entries(variablesOf(doc)).map(
      ([name, type]): Listed => ({ name, type, group: 'bot', value: values?.[name] }),
    )
    const given = Object.entries(systemVariables).map(
      ([name, type]): Listed => ({
        name,
        type,
        group: /^(contact|message)\./.test(name) ? 'contact' : 'system',
        value: system?.[name],
      }),
    )
    const wanted = query.toLowerCase()
    return [...own, ...given].filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, most)
  }, [doc, values, system, query])
}

interface Props {
  id: string
  label: string
  items: Listed[]
  at: number
  onChoose: (name: string) => void
}

export function VariableList({ id, label, items, at, onChoose }: Props) {
  const { t } = useTranslation('builder')
  const groups = (['bot', 'contact', 'system'] as const).filter(group => items.some(item => item.group === group))
  return (
    <div className={css.list} id={id} role="listbox" aria-label={label} tabIndex={-1}>
      {groups.map(group => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset.
        <div key={group} role="group" aria-label={t(`variables.${group}`)}>
          <span className={css.group} aria-hidden="true">
            {t(`variables.${group}`)}
          </span>
          {items.map((item, index) =>
            item.group !== group ? null : (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the focus and the keys.
              // biome-ignore lint/a11y/useFocusableInteractive: the text field has the focus and the keys.
              <div
                key={item.name}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                ref={index === at ? node => node?.scrollIntoView({ block: 'nearest' }) : undefined}
                onMouseDown={event => event.preventDefault()}
                onClick={() => onChoose(item.name)}
              >
                <span className="mono cut">{item.name}</span>
                <small className="cut">{item.value === undefined ? t(`types.${item.type}`) : show(item.value)}</small>
              </div>
            ),
          )}
        </div>
      ))}
    </div>
  )
}

export const show = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
