import { QueryClient } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiError, api, unwrap } from '../api/client'
import { askAhead } from '../api/draft'
import { me } from '../api/queries'
import { knowBy, whoIs } from '../api/session'
import type { ConversationTab } from '../api/types'
import { NotFound, PageError } from './shell/NotFound'
import { Shell } from './shell/Shell'
import { withWords } from './spaces'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

knowBy(() => {
  const session = queries.getQueryData(me.queryKey)
  return session && whoIs(session)
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
  component: lazyRouteComponent(() => import('./entrance/LogIn'), 'LogIn'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(
    withWords(['people'], () => import('./entrance/Setup')),
    'Setup',
  ),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(
    withWords(['people'], () => import('./entrance/Invitation')),
    'Invitation',
  ),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(
    withWords(['people'], () => import('./entrance/Reset')),
    'Reset',
  ),
})

/** Only with a session; else to the log-in page, which knows the way back. */
async function loggedIn({ location }: { location: { href: string } }) {
  try {
    await queries.ensureQueryData(me)
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      const { needed } = await unwrap(api.GET('/api/v1/setup')).catch(() => ({ needed: false }))
      if (needed) throw redirect({ to: '/setup' })
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

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  errorComponent: PageError,
  beforeLoad: loggedIn,
  component: lazyRouteComponent(
    withWords(['people'], () => import('./entrance/Welcome')),
    'Welcome',
  ),
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
  component: lazyRouteComponent(() => import('./integration/Integrations'), 'Integrations'),
})

const newIntegration = createRoute({
  getParentRoute: () => inside,
  // Each step of the wizard is an address.
  path: '/integrations/new/{-$step}',
  component: lazyRouteComponent(
    withWords(['care', 'people'], () => import('./integration/New')),
    'NewIntegration',
  ),
})

const text = (value: unknown) => (value ? String(value) : undefined)

interface TabSearch {
  tab?: string
}

const tabbed = (search: Record<string, unknown>): TabSearch => ({ tab: text(search.tab) })

/** `google` says how Google's page was left. */
interface SettingsSearch extends TabSearch {
  google?: string
}

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): SettingsSearch => ({
    ...tabbed(search),
    google: text(search.google),
  }),
  component: lazyRouteComponent(
    withWords(['care', 'people'], () => import('./settings/Settings')),
    'SettingsPage',
  ),
})

const installation = createRoute({
  getParentRoute: () => inside,
  path: '/installation',
  validateSearch: tabbed,
  component: lazyRouteComponent(
    withWords(['care', 'people'], () => import('./settings/Installation')),
    'InstallationPage',
  ),
})

interface EventsSearch {
  severity?: string
  integration?: string
  since?: string
  until?: string
}

const events = createRoute({
  getParentRoute: () => inside,
  path: '/events',
  validateSearch: (search): EventsSearch => ({
    severity: text(search.severity),
    integration: text(search.integration),
    since: text(search.since),
    until: text(search.until),
  }),
  component: lazyRouteComponent(
    withWords(['events'], () => import('./events/Events')),
    'EventsPage',
  ),
})

const contacts = createRoute({
  getParentRoute: () => inside,
  path: '/contacts',
  validateSearch: (search): { q?: string; integration?: string } => ({
    q: text(search.q),
    integration: text(search.integration),
  }),
  component: lazyRouteComponent(
    withWords(['talk'], () => import('./contacts/Contacts')),
    'Contacts',
  ),
})

const contact = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id',
  component: lazyRouteComponent(
    withWords(['care', 'talk'], () => import('./contacts/Contact')),
    'ContactPage',
  ),
})

const integration = createRoute({
  getParentRoute: () => inside,
  path: '/integrations/$id',
  validateSearch: (search): TabSearch & Omit<EventsSearch, 'integration'> => ({
    ...tabbed(search),
    severity: text(search.severity),
    since: text(search.since),
    until: text(search.until),
  }),
  component: lazyRouteComponent(
    withWords(['care', 'events', 'people'], () => import('./integration/Integration')),
    'IntegrationPage',
  ),
})

const bots = createRoute({
  getParentRoute: () => inside,
  path: '/bots',
  component: lazyRouteComponent(
    withWords(['builder'], () => import('./bots/Bots')),
    'Bots',
  ),
})

interface BotSearch {
  /** A version to compare. */
  version?: number
  /** A node to show. */
  node?: string
}

const loadBuilder = withWords(['builder'], () => import('../builder/Builder'))

/** The builder takes the whole window. It, its bot and the session are asked for at the same time. */
const bot = createRoute({
  getParentRoute: () => root,
  path: '/bots/$id',
  errorComponent: PageError,
  validateSearch: (search): BotSearch => ({
    version: Number(search.version) || undefined,
    node: search.node ? String(search.node) : undefined,
  }),
  beforeLoad: context => {
    if (context.cause === 'enter') {
      askAhead(context.params.id)
      loadBuilder().catch(() => {})
    }
    return loggedIn(context)
  },
  component: lazyRouteComponent(loadBuilder, 'Builder'),
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
  component: lazyRouteComponent(
    withWords(['care', 'talk'], () => import('./conversations/Conversations')),
    'Conversations',
  ),
})

const conversation = createRoute({ getParentRoute: () => conversations, path: '/$id' })

export const router = createRouter({
  routeTree: root.addChildren([
    logIn,
    bot,
    setup,
    welcome,
    invitation,
    reset,
    inside.addChildren([
      home,
      integrations,
      newIntegration,
      integration,
      bots,
      conversations.addChildren([conversation]),
      contacts,
      contact,
      events,
      settings,
      installation,
    ]),
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
