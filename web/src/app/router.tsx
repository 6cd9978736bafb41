import { QueryCache, QueryClient } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiError } from '../api/client'
import { me } from '../api/queries'
import type { ConversationTab } from '../api/types'
import { addWords } from '../words/start'
import { LogIn } from './pages/LogIn'
import { NotFound, PageError } from './pages/NotFound'
import { Shell } from './shell/Shell'

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiError && error.status === 401) logInAgain()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

interface LogInSearch {
  next?: string
}

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): LogInSearch => {
    const next = String(search.next ?? '')
    // Only an address of our own: "//host" would leave the site.
    return /^\/(?!\/)/.test(next) && !next.startsWith('/login') ? { next } : {}
  },
  component: LogIn,
})

/** Only with a session; else to the log-in page, which knows the way back. */
async function loggedIn({ location }: { location: { href: string } }) {
  try {
    await queries.ensureQueryData(me)
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } })
    }
    throw error
  }
}

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: PageError,
  beforeLoad: loggedIn,
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: () => <Navigate to="/integrations" replace />,
})

export const statuses = ['failing', 'warning', 'inactive'] as const
export interface IntegrationsSearch {
  q?: string
  status?: (typeof statuses)[number]
}

const integrations = createRoute({
  getParentRoute: () => inside,
  path: '/integrations',
  validateSearch: (search): IntegrationsSearch => ({
    q: search.q ? String(search.q) : undefined,
    status: statuses.find(status => status === search.status),
  }),
  component: lazyRouteComponent(() => import('./pages/Integrations'), 'Integrations'),
})

const integration = createRoute({
  getParentRoute: () => inside,
  path: '/integrations/$id',
  component: lazyRouteComponent(() => import('./pages/Integration'), 'IntegrationPage'),
})

/** The builder's words come with its pages. */
const builderWords = once(() =>
  addWords('builder', {
    en: () => import('../words/en/builder.json'),
    de: () => import('../words/de/builder.json'),
  }),
)

function once<T>(run: () => Promise<T>) {
  let running: Promise<T> | undefined
  return () => {
    running ??= run()
    return running
  }
}

const bots = createRoute({
  getParentRoute: () => inside,
  path: '/bots',
  component: lazyRouteComponent(() => builderWords().then(() => import('./pages/bots/Bots')), 'Bots'),
})

interface BotSearch {
  /** A version to compare. */
  version?: number
  /** A node to show. */
  node?: string
}

/** The builder takes the whole window. */
const bot = createRoute({
  getParentRoute: () => root,
  path: '/bots/$id',
  errorComponent: PageError,
  beforeLoad: loggedIn,
  validateSearch: (search): BotSearch => ({
    version: Number(search.version) || undefined,
    node: search.node ? String(search.node) : undefined,
  }),
  component: lazyRouteComponent(() => builderWords().then(() => import('../builder/Builder')), 'Builder'),
})

export interface ConversationsSearch {
  q?: string
  tab?: Exclude<ConversationTab, 'open'>
  integration?: string
  turn?: number
}

const conversations = createRoute({
  getParentRoute: () => inside,
  path: '/conversations',
  validateSearch: (search): ConversationsSearch => ({
    q: search.q ? String(search.q) : undefined,
    tab: search.tab === 'with_people' || search.tab === 'ended' ? search.tab : undefined,
    integration: search.integration ? String(search.integration) : undefined,
    turn: Number(search.turn) || undefined,
  }),
  component: lazyRouteComponent(() => import('./conversations/Conversations'), 'Conversations'),
})

const conversation = createRoute({ getParentRoute: () => conversations, path: '/$id' })

export const router = createRouter({
  routeTree: root.addChildren([
    logIn,
    bot,
    inside.addChildren([home, integrations, integration, bots, conversations.addChildren([conversation])]),
  ]),
  defaultPreload: 'intent',
  defaultPreloadDelay: 80,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** The session is over: to the log-in page, which knows where to come back to. */
function logInAgain() {
  const { pathname, href } = router.state.location
  if (pathname === '/login') return
  queries.removeQueries({ queryKey: me.queryKey })
  void router.navigate({ to: '/login', search: { next: href }, replace: true })
}
