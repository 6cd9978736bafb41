import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { followChanges } from '../../api/live'
import { Loading } from '../ui/States'
import { usePhoneWidth, useRailWidth } from '../ui/wide'
import { Calls, useCalls, useWaitingTitle } from './Calls'
import { Keys } from './Keys'
import { Nav } from './Nav'
import css from './Shell.module.css'
import { TabBar, TopBar } from './small'

/** The frame of every page: navigation on the page ground, one white sheet. */
export function Shell() {
  const { t } = useTranslation('app')
  const queries = useQueryClient()
  const { calls, put, ring } = useCalls()
  useEffect(() => followChanges(queries, ring), [queries, ring])
  useWaitingTitle()
  const phone = usePhoneWidth()
  const narrow = useRailWidth()
  const path = useRouterState({ select: state => state.location.pathname })
  const talks = path.startsWith('/conversations')
  const operates = path.startsWith('/installation')
  const rail = !phone && (narrow || talks)
  return (
    <div className={`${css.app} ${rail ? css.rail : ''}`}>
      <a className={css.skip} href="#main">
        {t('skip')}
      </a>
      {phone ? <TopBar /> : <Nav rail={rail} />}
      <main
        className={`${css.sheet} ${talks ? css.whole : ''} ${operates ? css.operator : ''}`}
        id="main"
        tabIndex={-1}
      >
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {phone && <TabBar />}
      <Calls calls={calls} onClose={put} />
      <Keys />
    </div>
  )
}
