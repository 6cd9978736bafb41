import { may } from '../api/may'
import './styles'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { followChanges } from '../api/live'
import { bot as botQuery, me } from '../api/queries'
import { useTitle } from '../app/ui/PageHead'
import { Failure, Loading } from '../app/ui/States'
import { usePhoneWidth } from '../app/ui/wide'
import css from './Builder.module.css'
import { ActionsContext, createActions, type Picking } from './canvas/actions'
import { type Work, WorkContext } from './context'
import { Desktop } from './Desktop'
import { type Opened, openBot } from './doc/open'
import { Findings } from './problems/findings'
import { createTest } from './test/session'

const route = getRouteApi('/bots/$id')

/** The whole window: one bot on the desk. */
export function Builder() {
  const { t } = useTranslation('builder')
  const { id } = route.useParams()
  const queries = useQueryClient()
  useEffect(() => followChanges(queries), [queries])
  const { data: session } = useQuery(me)
  const readOnly = !may(session?.account.role, 'edit')
  const [work, setWork] = useState<Work>()
  const [error, setError] = useState<unknown>()
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round opens the bot again.
  useEffect(() => {
    if (!session) return
    let gone = false
    let made: Work | undefined
    setError(undefined)
    openBot(id, readOnly).then(
      opened => {
        if (gone) return opened.saver.stop()
        made = prepared(opened)
        setWork(made)
      },
      problem => !gone && setError(problem),
    )
    return () => {
      gone = true
      made?.findings.stop()
      made?.test.stop()
      // What was typed last goes along.
      void made?.saver.now().finally(() => made?.saver.stop())
      setWork(undefined)
    }
  }, [id, readOnly, session !== undefined, round])
  if (error) {
    return (
      <main className={css.alone}>
        <Failure what={t('failed')} error={error} onRetry={() => setRound(round + 1)} />
      </main>
    )
  }
  if (!work) {
    return (
      <main className={css.alone}>
        <Loading rows={3} />
      </main>
    )
  }
  return (
    <WorkContext value={work}>
      <ReactFlowProvider>
        <Desk key={work.id} work={work} />
      </ReactFlowProvider>
    </WorkContext>
  )
}

const prepared = (opened: Opened): Work => ({
  ...opened,
  findings: new Findings(opened.id, opened.desk),
  test: createTest(opened.id, opened.desk),
})

function Desk({ work }: { work: Work }) {
  const flow = useReactFlow()
  const phone = usePhoneWidth()
  const { data: bot } = useQuery(botQuery(work.id))
  useTitle(bot?.name ?? '')
  const [picking, setPicking] = useState<Picking>()
  const [removal, setRemoval] = useState<{ ids: ReadonlySet<string>; lost: number }>()
  const actions = useMemo(
    () =>
      createActions(work, flow, {
        pick: setPicking,
        confirmRemoval: (ids, lost) => setRemoval({ ids, lost }),
      }),
    [work, flow],
  )
  const revision = bot?.revision
  useEffect(() => {
    if (revision !== undefined) void work.saver.noticed(revision)
  }, [revision, work])
  useEffect(() => {
    const leaving = () => work.saver.leave()
    const hidden = () => document.visibilityState === 'hidden' && leaving()
    addEventListener('pagehide', leaving)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      removeEventListener('pagehide', leaving)
      document.removeEventListener('visibilitychange', hidden)
    }
  }, [work])
  return (
    <ActionsContext value={actions}>
      <Desktop
        bot={bot}
        phone={phone}
        picking={picking}
        onPicked={() => setPicking(undefined)}
        removal={removal}
        onRemoved={() => setRemoval(undefined)}
      />
    </ActionsContext>
  )
}
