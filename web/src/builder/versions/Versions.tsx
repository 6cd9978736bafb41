import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { botVersions, definition } from '../../api/queries'
import type { Bot } from '../../api/types'
import { Ago } from '../../app/ui/Ago'
import { Failure, Loading, useReason } from '../../app/ui/States'
import { Cord, Knot } from '../../look/Cord'
import { useActions } from '../canvas/actions'
import { useDesk, useWork } from '../context'
import { type Definition, open } from '../doc/definition'
import { PanelHead } from '../panels/PanelHead'
import panels from '../panels/panels.module.css'
import { Difference } from './Difference'
import { useRunning } from './running'
import css from './versions.module.css'

interface Props {
  bot: Bot
  /** The version that is opened first. */
  first?: number
  onClose: () => void
}

/** The versions on a cord, newest first: what each changed, who still talks to it, and back to it. */
export function Versions({ bot, first, onClose }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly } = useWork()
  const { data, error, refetch } = useQuery(botVersions(bot.id))
  const running = useRunning(bot.id)
  const [chosen, setChosen] = useState<number | 'draft'>(first ?? 'draft')
  const [restoring, setRestoring] = useState<number>()
  const versions = [...(data ?? [])].sort((a, b) => b.version - a.version)
  return (
    <aside className={panels.panel} aria-label={t('versions.title')}>
      <PanelHead title={t('versions.title')} onClose={onClose} />
      <div className={panels.panelBody}>
        {error && <Failure what={t('versions.failed')} error={error} onRetry={refetch} />}
        {!data && !error && <Loading rows={2} />}
        <Cord className={css.cord}>
          <li>
            <Knot state="live" />
            <Version
              title={t('top.draft')}
              open={chosen === 'draft'}
              onToggle={() => setChosen('draft')}
              second={bot.version === null ? t('versions.never') : t('versions.since', { version: bot.version })}
            >
              {bot.version !== null && <DraftSince bot={bot.id} version={bot.version} />}
            </Version>
          </li>
          {versions.map(({ version, published_at }, index) => {
            const count = running.get(version) ?? 0
            return (
              <li key={version}>
                <Knot state={version === bot.version ? 'ok' : 'plain'} />
                <Version
                  title={t('version', { version })}
                  open={chosen === version}
                  onToggle={() => setChosen(version)}
                  second={
                    <>
                      <Ago at={published_at} />
                      {count > 0 && ` · ${t('versions.running', { count })}`}
                    </>
                  }
                >
                  <Between bot={bot.id} version={version} before={versions[index + 1]?.version} />
                  <div className={css.versionActions}>
                    <a
                      className={css.export}
                      href={`/api/v1/bots/${bot.id}/export?format=json&version=${version}`}
                      download
                    >
                      {t('versions.export')}
                    </a>
                    {!readOnly && (
                      <Button size="xs" variant="default" onClick={() => setRestoring(version)}>
                        {t('versions.restore')}
                      </Button>
                    )}
                  </div>
                </Version>
              </li>
            )
          })}
        </Cord>
      </div>
      {restoring !== undefined && (
        <Restore bot={bot.id} version={restoring} onClose={() => setRestoring(undefined)} onDone={onClose} />
      )}
    </aside>
  )
}

interface VersionProps {
  title: string
  second: React.ReactNode
  open: boolean
  onToggle: () => void
  children?: React.ReactNode
}

function Version({ title, second, open, onToggle, children }: VersionProps) {
  return (
    <div className={css.version}>
      <button type="button" aria-expanded={open} onClick={onToggle}>
        <b>{title}</b>
        <small>{second}</small>
      </button>
      {open && children}
    </div>
  )
}

function useVersion(bot: string, version: number | undefined) {
  return useQuery({
    ...definition(bot, version ?? 0),
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    select: found => open(found as Definition),
  })
}

function DraftSince({ bot, version }: { bot: string; version: number }) {
  const { desk } = useWork()
  const actions = useActions()
  const draft = useDesk(state => state.doc)
  const { data } = useVersion(bot, version)
  if (!data) return null
  const show = (id: string) => {
    desk.getState().select([id])
    actions.show(id)
  }
  return <Difference before={data} after={draft} onNode={show} />
}

function Between({ bot, version, before }: { bot: string; version: number; before?: number }) {
  const { t } = useTranslation('builder')
  const { data: after } = useVersion(bot, version)
  const { data: earlier } = useVersion(bot, before)
  if (!after) return null
  if (before === undefined) return <p className={css.same}>{t('versions.first')}</p>
  return earlier ? <Difference before={earlier} after={after} /> : null
}

/** Takes a version back into the draft. What stood there can be had again by undoing. */
function Restore({
  bot,
  version,
  onClose,
  onDone,
}: {
  bot: string
  version: number
  onClose: () => void
  onDone: () => void
}) {
  const { t } = useTranslation('builder')
  const { desk, saver } = useWork()
  const queries = useQueryClient()
  const reason = useReason()
  const draft = useDesk(state => state.doc)
  const { data } = useVersion(bot, version)
  const run = useMutation({
    mutationFn: async () => {
      await saver.now()
      return unwrap(api.POST('/api/v1/bots/{id}/versions/{n}/restore', { params: { path: { id: bot, n: version } } }))
    },
    onSuccess: ({ revision }) => {
      if (data) saver.replaced({ ...data, name: desk.getState().doc.name }, revision)
      void queries.invalidateQueries({ queryKey: ['bot', bot], exact: true })
      onClose()
      onDone()
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('versions.restore_title', { version })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <p>{t('versions.restore_text')}</p>
      <div className={css.scroll}>{data && <Difference before={draft} after={data} />}</div>
      {run.error && <p className={css.error}>{reason(run.error)}</p>}
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button loading={run.isPending} disabled={!data} onClick={() => run.mutate()}>
          {t('versions.restore_do', { version })}
        </Button>
      </div>
    </Modal>
  )
}
