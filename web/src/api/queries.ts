import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { all, api, unwrap } from './client'
import type { ConversationTab } from './types'

const limit = 200
const byId = (id: string) => ({ params: { path: { id } } })

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: () => unwrap(api.GET('/api/v1/me')),
  staleTime: Number.POSITIVE_INFINITY,
})

export const integrations = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/integrations', { params: { query: { limit, after } } }))),
})

export const integration = (id: string) =>
  queryOptions({
    queryKey: ['integration', id],
    queryFn: () => unwrap(api.GET('/api/v1/integrations/{id}', byId(id))),
  })

export const bots = queryOptions({
  queryKey: ['bots'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/bots', { params: { query: { limit, after } } }))),
})

export const bot = (id: string) =>
  queryOptions({ queryKey: ['bot', id], queryFn: () => unwrap(api.GET('/api/v1/bots/{id}', byId(id))) })

export const botVersions = (id: string) =>
  queryOptions({
    queryKey: ['bot', id, 'versions'],
    queryFn: () =>
      all(after =>
        unwrap(api.GET('/api/v1/bots/{id}/versions', { params: { path: { id }, query: { limit, after } } })),
      ),
  })

/** The definition of one version, or of the draft. */
export const definition = (id: string, version: number | 'draft') =>
  queryOptions({
    queryKey: ['bot', id, 'definition', version],
    queryFn: async (): Promise<unknown> => {
      if (version === 'draft') return (await unwrap(api.GET('/api/v1/bots/{id}/draft', byId(id)))).definition
      const params = { path: { id, n: version } }
      return (await unwrap(api.GET('/api/v1/bots/{id}/versions/{n}', { params }))).definition
    },
  })

export const conversations = (status: ConversationTab, q: string, integration_id?: string) =>
  infiniteQueryOptions({
    queryKey: ['conversations', status, q, integration_id ?? ''],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/conversations', {
          params: { query: { status, q: q || undefined, integration_id, after: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })

export const conversation = (id: string) =>
  queryOptions({
    queryKey: ['conversation', id],
    queryFn: () => unwrap(api.GET('/api/v1/conversations/{id}', byId(id))),
  })

export const messages = (id: string) =>
  queryOptions({
    queryKey: ['conversation', id, 'messages'],
    queryFn: () =>
      all(after =>
        unwrap(api.GET('/api/v1/conversations/{id}/messages', { params: { path: { id }, query: { limit, after } } })),
      ),
  })

export const turns = (id: string) =>
  queryOptions({
    queryKey: ['conversation', id, 'turns'],
    queryFn: () =>
      all(after =>
        unwrap(api.GET('/api/v1/conversations/{id}/turns', { params: { path: { id }, query: { limit, after } } })),
      ),
  })
