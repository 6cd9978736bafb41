import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TestSetup } from '../../api/bots'
import { componentOf } from '../components'
import { useDesk, useTest } from '../context'
import { variablesOf } from '../doc/variables'
import form from '../inspector/inspector.module.css'
import { useNodeName } from '../parts/names'
import css from './Test.module.css'

/** Where the test begins, with which variables, who the contact is, and which calls are real. */
export function Setup({ onStart }: { onStart: (setup: Partial<TestSetup>) => void }) {
  const { t } = useTranslation('builder')
  const id = useId()
  const doc = useDesk(desk => desk.doc)
  const setup = useTest(state => state.setup)
  const name = useNodeName()
  const [start, setStart] = useState(setup.start ?? '')
  const [contact, setContact] = useState(setup.contact ?? {})
  const [usual, setUsual] = useState(setup.effects?.usual ?? 'canned')
  const [nodes, setNodes] = useState(setup.effects?.nodes ?? {})
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(
      Object.entries(setup.variables ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  )
  const calls = doc.order.filter(node => componentOf(doc.nodes[node]!.type).calls)
  const types = variablesOf(doc)
  return (
    <form
      className={css.setup}
      onSubmit={event => {
        event.preventDefault()
        const variables = Object.fromEntries(
          Object.entries(values)
            .filter(([, value]) => value !== '')
            .map(([key, value]) => [key, types[key] === 'text' ? value : read(value)]),
        )
        onStart({ start: start || undefined, contact, variables, effects: { usual, nodes } })
      }}
    >
      <label className={form.label} htmlFor={`${id}-start`}>
        {t('setup.start')}
      </label>
      <select
        id={`${id}-start`}
        className={form.select}
        value={start}
        onChange={({ target }) => setStart(target.value)}
      >
        <option value="">{t('setup.first')}</option>
        {doc.order.map(node => (
          <option key={node} value={node}>
            {name(doc.nodes[node]!)}
          </option>
        ))}
      </select>
      <fieldset>
        <legend>{t('setup.contact')}</legend>
        <input
          className={form.input}
          aria-label={t('setup.name')}
          placeholder="Ana"
          value={contact.name ?? ''}
          onChange={({ target }) => setContact({ ...contact, name: target.value || undefined })}
        />
        <input
          className={form.input}
          aria-label={t('setup.phone')}
          placeholder="4915123456789"
          value={contact.phone ?? ''}
          onChange={({ target }) => setContact({ ...contact, phone: target.value || undefined })}
        />
      </fieldset>
      <fieldset>
        <legend>{t('setup.calls')}</legend>
        {(['canned', 'real'] as const).map(way => (
          <label key={way} className={css.radio}>
            <input type="radio" name={`${id}-calls`} checked={usual === way} onChange={() => setUsual(way)} />
            <span>
              {t(`setup.${way}`)}
              <small>{t(`setup.${way}_help`)}</small>
            </span>
          </label>
        ))}
        {calls.map(node => (
          <label key={node} className={css.value}>
            <span className="cut">{name(doc.nodes[node]!)}</span>
            <select
              className={form.select}
              value={nodes[node] ?? ''}
              onChange={({ target }) => {
                const { [node]: _, ...rest } = nodes
                setNodes(target.value ? { ...rest, [node]: target.value as 'real' } : rest)
              }}
            >
              <option value="">{t('setup.as_above')}</option>
              <option value="canned">{t('setup.canned')}</option>
              <option value="real">{t('setup.real')}</option>
            </select>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('setup.variables')}</legend>
        {Object.keys(types).map(key => (
          <label key={key} className={css.value}>
            <span className="mono cut">{key}</span>
            <input
              className={form.input}
              placeholder={t('test.empty')}
              value={values[key] ?? ''}
              onChange={({ target }) => setValues({ ...values, [key]: target.value })}
            />
          </label>
        ))}
      </fieldset>
      <Button type="submit" fullWidth>
        {t('setup.go')}
      </Button>
    </form>
  )
}

/** What looks like JSON is JSON, anything else is text. */
function read(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
