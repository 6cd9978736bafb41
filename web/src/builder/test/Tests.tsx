import { ActionIcon, Button } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck, IconCircleDashed, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TestOutcome, TestReport } from '../../api/bots'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { useReason } from '../../app/ui/States'
import { useDesk, useWork } from '../context'
import { close, type FlowTest } from '../doc/definition'
import form from '../inspector/inspector.module.css'
import panels from '../panels/panels.module.css'
import css from './Test.module.css'
import { stepText } from './words'

/** The bot's flow tests: run all or one, see where one went otherwise. */
export function Tests({ bot }: { bot: Bot }) {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const tests = useDesk(state => state.doc.tests)
  const reason = useReason()
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, TestOutcome>>(new Map())
  const [opened, setOpened] = useState<string>()
  const run = useMutation({
    mutationFn: (names?: string[]) =>
      unwrap(
        api.POST('/api/v1/bots/{id}/tests/run', {
          params: { path: { id: bot.id } },
          body: { definition: close(desk.getState().doc) as never, names },
        }),
      ),
    onSuccess: report =>
      setOutcomes(
        old => new Map([...old, ...(report as unknown as TestReport).tests.map(one => [one.name, one] as const)]),
      ),
  })
  const remove = (test: FlowTest) =>
    desk.getState().change('tests', doc => ({ ...doc, tests: doc.tests.filter(other => other !== test) }))
  return (
    <section aria-labelledby="flow-tests">
      <h3 id="flow-tests">{t('tests.title')}</h3>
      {tests.length === 0 && <p className={panels.quietText}>{t('tests.none')}</p>}
      <ul className={panels.rows}>
        {tests.map(test => {
          const outcome = outcomes.get(test.name)
          const Icon = !outcome ? IconCircleDashed : outcome.passed ? IconCircleCheck : IconAlertOctagon
          const look = !outcome ? css.notRun : outcome.passed ? css.passed : css.failedMark
          const said = !outcome ? t('tests.not_run') : outcome.passed ? t('tests.passed') : t('tests.failed')
          const open = opened === test.name
          return (
            <li key={test.name} className={css.test}>
              <div className={css.testLine}>
                <Icon size={18} stroke={1.75} className={look} aria-hidden="true" />
                <button
                  type="button"
                  className={css.testName}
                  aria-expanded={open}
                  onClick={() => setOpened(open ? undefined : test.name)}
                >
                  {test.name}
                  <small>
                    {said} · {t('tests.steps', { count: test.steps.length })}
                  </small>
                </button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={t('tests.run_this', { name: test.name })}
                  onClick={() => run.mutate([test.name])}
                >
                  <IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />
                </ActionIcon>
                {!readOnly && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={28}
                    aria-label={t('tests.remove', { name: test.name })}
                    onClick={() => remove(test)}
                  >
                    <IconTrash size={14} stroke={1.75} aria-hidden="true" />
                  </ActionIcon>
                )}
              </div>
              {outcome?.failure && (
                <p className={form.wrong}>
                  {t('tests.failed_at', { step: outcome.failure.step, why: outcome.failure.message })}
                </p>
              )}
              {open && (
                <ol className={css.steps}>
                  {test.steps.map((step, index) => (
                    <li
                      // biome-ignore lint/suspicious/noArrayIndexKey: steps have no id.
                      key={index}
                      className={outcome?.failure?.step === index + 1 ? css.failedStep : undefined}
                    >
                      {stepText(t, step)}
                    </li>
                  ))}
                </ol>
              )}
            </li>
          )
        })}
      </ul>
      {run.error && <p className={form.wrong}>{reason(run.error)}</p>}
      {tests.length > 0 && (
        <Button
          size="xs"
          variant="default"
          loading={run.isPending}
          leftSection={<IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />}
          onClick={() => run.mutate(undefined)}
        >
          {t('tests.run_all')}
        </Button>
      )}
      {run.data && (
        <p className="vh" role="status">
          {t('tests.summary', { passed: run.data.passed, failed: run.data.failed })}
        </p>
      )}
    </section>
  )
}
