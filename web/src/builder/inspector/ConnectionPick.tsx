import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { connections } from '../../api/queries'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'

type ConnectionKind = 'openai' | 'gemini' | 'anthropic' | 'smtp' | 'postmark' | 'google'

interface Props {
  kinds: ConnectionKind[]
  /** What stands for no connection, where none is needed. */
  none?: string
}

/** The account's connection that the component uses. It is known by its name, so that a bot file fits other accounts. */
export function ConnectionPick({ kinds, none }: Props) {
  const { t } = useTranslation('builder')
  const id = useId()
  const { readOnly } = useNode()
  const [value, setValue] = useField<string>('connection')
  const { data } = useQuery(connections)
  const fitting = data?.filter(one => kinds.includes(one.kind as ConnectionKind)) ?? []
  const chosen = value ?? ''
  const missing = data !== undefined && chosen !== '' && !fitting.some(one => one.name === chosen)
  return (
    <Frame
      path="connection"
      label={t('connection.label')}
      htmlFor={id}
      help={missing ? t('connection.missing', { name: chosen }) : t('connection.help')}
    >
      <select
        id={id}
        className={css.select}
        value={chosen}
        disabled={readOnly}
        aria-invalid={missing || undefined}
        onChange={({ target }) => setValue(none !== undefined && target.value === '' ? undefined : target.value)}
      >
        <option value="">{none ?? t('connection.choose')}</option>
        {missing && <option value={chosen}>{chosen}</option>}
        {fitting.map(one => (
          <option key={one.id} value={one.name}>
            {one.name} ({t(`connection.kinds.${one.kind as ConnectionKind}`)})
          </option>
        ))}
      </select>
      <a className={css.help} href="/settings?tab=connections" target="_blank" rel="noreferrer">
        {t('connection.manage')}
      </a>
    </Frame>
  )
}
