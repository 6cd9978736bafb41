import { Button } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TestSession } from '../../api/bots'
import { useTest, useWork } from '../context'
import type { FlowTest, TestStep } from '../doc/definition'
import form from '../inspector/inspector.module.css'
import css from './Test.module.css'
import { stepText } from './words'

/** The chat as a flow test: what was said and answered must be said and answered again. */
export function SaveTest({ session, onDone }: { session: TestSession; onDone: () => void }) {
  const { t } = useTranslation('builder')
  const id = useId()
  const { desk } = useWork()
  const setup = useTest(state => state.setup)
  const tests = desk.getState().doc.tests
  const [name, setName] = useState(() => t('tests.fresh', { number: tests.length + 1 }))
  const steps = session.as_test.steps as TestStep[]
  const double = tests.some(test => test.name === name.trim())
  const save = () => {
    const some = <T extends object>(value: T | undefined) =>
      value && Object.keys(value).length > 0 ? value : undefined
    const test: FlowTest = {
      name: name.trim(),
      ...(setup.start ? { start: setup.start } : {}),
      ...(some(setup.contact) ? { contact: setup.contact } : {}),
      ...(some(setup.variables) ? { variables: setup.variables } : {}),
      ...(session.as_test.reopening ? { reopening: true } : {}),
      steps,
    }
    desk.getState().change('tests', doc => ({ ...doc, tests: [...doc.tests, test] }))
    onDone()
  }
  return (
    <form
      className={css.setup}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() && !double) save()
      }}
    >
      <label className={form.label} htmlFor={id}>
        {t('tests.name')}
      </label>
      <input
        id={id}
        className={form.input}
        value={name}
        maxLength={120}
        onChange={({ target }) => setName(target.value)}
      />
      {double && <p className={form.wrong}>{t('tests.double')}</p>}
      <ol className={css.steps}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no id.
          <li key={index}>{stepText(t, step)}</li>
        ))}
      </ol>
      <div className={css.cardActions}>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button size="xs" type="submit" disabled={!name.trim() || double}>
          {t('tests.save')}
        </Button>
      </div>
    </form>
  )
}
