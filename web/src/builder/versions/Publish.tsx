import { Button, Modal } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { PublishRefusal, TestOutcome } from '../../api/bots'
import { ApiError, api, unwrap } from '../../api/client'
import { definition } from '../../api/queries'
import type { Bot } from '../../api/types'
import { useReason } from '../../app/ui/States'
import { useDesk, useSaving, useWork } from '../context'
import { type Definition, open } from '../doc/definition'
import { useGo, useSentence } from '../problems/ProblemBar'
import { Difference } from './Difference'
import { useRunning } from './running'
import css from './versions.module.css'

/** What changes, who is affected, and what is still in the way. */
export function Publish({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const { t } = useTranslation('builder')
  const queries = useQueryClient()
  const { desk, saver, findings } = useWork()
  const draft = useDesk(state => state.doc)
  const saving = useSaving(state => state.state)
  const problems = useStore(findings.store, found => found.problems)
  const [ready, setReady] = useState(false)
  const say = useSentence()
  const go = useGo(onClose)
  const reason = useReason()
  const running = useRunning(bot.id)
  useEffect(() => {
    void saver
      .now()
      .then(() => findings.look())
      .finally(() => setReady(true))
  }, [saver, findings])
  const { data: before } = useQuery({
    ...definition(bot.id, bot.version ?? 0),
    enabled: bot.version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    select: found => open(found as Definition),
  })
  const run = useMutation({
    mutationFn: async () => {
      await saver.now()
      const { revision } = saver.store.getState()
      return unwrap(api.POST('/api/v1/bots/{id}/publish', { params: { path: { id: bot.id } }, body: { revision } }))
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['bot', bot.id] })
      void queries.invalidateQueries({ queryKey: ['bots'] })
    },
  })
  const refusal = run.error instanceof ApiError ? (run.error.problem as PublishRefusal | undefined) : undefined
  const failedTests = (refusal?.tests ?? []).filter(one => !one.passed)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warning')
  const active = bot.integrations.filter(one => one.active)
  const next = (bot.version ?? 0) + 1
  const open_ = [...running.values()].reduce((sum, count) => sum + count, 0)
  if (run.data) {
    return (
      <Modal
        opened
        onClose={onClose}
        title={t('publish.done', { version: run.data.version })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <p className={css.good}>
          <IconCircleCheck size={18} stroke={1.75} aria-hidden="true" />
          <span>
            {active.length > 0
              ? t('publish.answers', { where: active.map(one => one.name ?? one.id).join(', ') })
              : t('publish.answers_nowhere')}
          </span>
        </p>
        <div className={css.buttons}>
          <Button data-autofocus onClick={onClose}>
            {t('publish.back')}
          </Button>
        </div>
      </Modal>
    )
  }
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('publish.title', { version: next })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {errors.length > 0 && (
        <section className={css.problems}>
          <h3>{t('publish.in_the_way', { count: errors.length })}</h3>
          <ul>
            {errors.map((problem, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: problems have no id.
              <li key={index}>
                <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
                <button
                  type="button"
                  onClick={() => {
                    onClose()
                    go(problem)
                  }}
                >
                  {say(problem)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {warnings.length > 0 && (
        <ul className={css.warnings}>
          {warnings.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: problems have no id.
            <li key={index}>
              <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
              {say(problem)}
            </li>
          ))}
        </ul>
      )}
      <FailedTests tests={failedTests} />
      {run.error && failedTests.length === 0 && <p className={css.error}>{reason(run.error)}</p>}
      <section className={css.block}>
        <h3>{t('publish.changes')}</h3>
        <div className={css.scroll}>
          {bot.version === null ? (
            <p className={css.same}>{t('publish.first', { count: draft.order.length })}</p>
          ) : (
            before && (
              <Difference
                before={before}
                after={draft}
                onNode={id => {
                  desk.getState().select([id])
                  onClose()
                }}
              />
            )
          )}
        </div>
      </section>
      <section className={css.block}>
        <h3>{t('publish.affected')}</h3>
        <p>
          {active.length > 0
            ? t('publish.where', { where: active.map(one => one.name ?? one.id).join(', ') })
            : t('publish.nowhere')}
        </p>
        <p>{open_ > 0 ? t('publish.running', { count: open_ }) : t('publish.none_running')}</p>
        {open_ > 0 && (
          <ul className={css.running}>
            {[...running]
              .filter(([, count]) => count > 0)
              .map(([version, count]) => (
                <li key={version}>
                  {t('version', { version })}: {t('versions.running', { count })}
                </li>
              ))}
          </ul>
        )}
      </section>
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button
          data-autofocus
          loading={run.isPending || !ready}
          disabled={errors.length > 0 || saving === 'conflict' || saving === 'failed'}
          onClick={() => run.mutate()}
        >
          {t('publish.do', { version: next })}
        </Button>
      </div>
    </Modal>
  )
}

function FailedTests({ tests }: { tests: TestOutcome[] }) {
  const { t } = useTranslation('builder')
  if (tests.length === 0) return null
  return (
    <section className={css.problems} role="alert">
      <h3>{t('publish.tests_failed', { count: tests.length })}</h3>
      <ul>
        {tests.map(({ name, failure }) => (
          <li key={name}>
            <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
            <span>
              <b>{name}</b> {failure && t('tests.failed_at', { step: failure.step, why: failure.message })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
