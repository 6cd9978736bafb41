import { ActionIcon } from '@mantine/core'
import { IconPlus, IconSearch, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../canvas/actions'
import { useDesk, useWork } from '../context'
import { type VariableType, variableTypes } from '../doc/definition'
import { removeVariable, setVariable } from '../doc/edit'
import { isName, renameVariable, usages, variablesOf } from '../doc/variables'
import form from '../inspector/inspector.module.css'
import css from './Variables.module.css'

/** The bot's variables: what they hold, where they are used, and another name for them everywhere at once. */
export function Variables() {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const doc = useDesk(state => state.doc)
  const [fresh, setFresh] = useState('')
  const all = variablesOf(doc)
  const add = () => {
    const name = fresh.trim()
    if (!isName(name) || name in doc.variables) return
    desk.getState().change('variables', now => setVariable(now, name, 'text'))
    setFresh('')
  }
  return (
    <section aria-labelledby="variables">
      <h3 id="variables">{t('variables.title')}</h3>
      <ul>
        {Object.entries(all).map(([name, type]) => (
          <Row key={name} name={name} type={type} declared={name in doc.variables} used={usages(doc, name)} />
        ))}
      </ul>
      {!readOnly && (
        <div className={form.wordInput}>
          <input
            className={form.input}
            aria-label={t('variables.add')}
            placeholder={t('variables.add')}
            value={fresh}
            spellCheck={false}
            onChange={({ target }) => setFresh(target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter') add()
            }}
          />
          <button
            type="button"
            className={form.icon}
            aria-label={t('variables.add')}
            disabled={!isName(fresh.trim())}
            onClick={add}
          >
            <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
    </section>
  )
}

function Row({ name, type, declared, used }: { name: string; type: VariableType; declared: boolean; used: string[] }) {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const actions = useActions()
  const [typed, setTyped] = useState<string>()
  const rename = () => {
    const wanted = typed?.trim()
    setTyped(undefined)
    if (!wanted || wanted === name || !isName(wanted) || wanted in variablesOf(desk.getState().doc)) return
    desk.getState().change('variables', doc => renameVariable(doc, name, wanted))
  }
  return (
    <li className={css.row}>
      <input
        className="mono"
        aria-label={t('variables.rename', { name })}
        value={typed ?? name}
        readOnly={readOnly}
        spellCheck={false}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={rename}
        onKeyDown={event => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') {
            event.stopPropagation()
            setTyped(undefined)
          }
        }}
      />
      <select
        aria-label={t('fields.type_of', { name })}
        value={declared ? type : 'any'}
        disabled={readOnly}
        onChange={({ target }) =>
          desk.getState().change('variables', doc => setVariable(doc, name, target.value as VariableType))
        }
      >
        {variableTypes.map(known => (
          <option key={known} value={known}>
            {t(`types.${known}`)}
          </option>
        ))}
      </select>
      {used.length > 0 ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={t('variables.used', { name, count: used.length })}
          title={t('variables.used', { name, count: used.length })}
          onClick={() => {
            desk.getState().select(used)
            actions.show(used[0]!)
          }}
        >
          <IconSearch size={14} stroke={1.75} aria-hidden="true" />
        </ActionIcon>
      ) : (
        !readOnly && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t('variables.remove', { name })}
            title={t('variables.remove', { name })}
            onClick={() => desk.getState().change('variables', doc => removeVariable(doc, name))}
          >
            <IconTrash size={14} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        )
      )}
    </li>
  )
}
