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

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: PageError,
  beforeLoad: async ({ location }) => {
    try {
      await queries.ensureQueryData(me)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } })
      }
      throw error
    }
  },
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

const bots = createRoute({
  getParentRoute: () => inside,
  path: '/bots',
  component: lazyRouteComponent(() => import('./pages/Bots'), 'Bots'),
})

interface BotSearch {
  version?: number
}

const bot = createRoute({
  getParentRoute: () => inside,
  path: '/bots/$id',
  validateSearch: (search): BotSearch => ({ version: Number(search.version) || undefined }),
  component: lazyRouteComponent(() => import('./pages/Bot'), 'BotPage'),
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
    inside.addChildren([home, integrations, integration, bots, bot, conversations.addChildren([conversation])]),
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
