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
  // Somebody who looks at a long list for the first time sees its beginning before its end is there.
  queryFn: ({ client, queryKey }) => {
    const first = client.getQueryData(queryKey) === undefined
    return all(
      after => unwrap(api.GET('/api/v1/integrations', { params: { query: { limit, after } } })),
      items => first && client.setQueryData(queryKey, items),
    )
  },
})

export const integration = (id: string) =>
  queryOptions({
    queryKey: ['integration', id],
    queryFn: () => unwrap(api.GET('/api/v1/integrations/{id}', byId(id))),
  })

export const connections = queryOptions({
  queryKey: ['connections'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/connections', { params: { query: { limit, after } } }))),
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

export const templates = (id: string) =>
  queryOptions({
    queryKey: ['integration', id, 'templates'],
    queryFn: () => unwrap(api.GET('/api/v1/integrations/{id}/templates', byId(id))),
    staleTime: 60_000,
  })

export const versions = queryOptions({
  queryKey: ['graph_versions'],
  queryFn: () => unwrap(api.GET('/api/v1/graph_versions')),
  staleTime: Number.POSITIVE_INFINITY,
})

export interface EventFilter {
  severity?: 'notice' | 'warning' | 'error'
  integration_id?: string
  since?: string
  until?: string
}

export const events = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['events', filter],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET('/api/v1/events', { params: { query: { ...filter, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })

export const incidents = (filter: { integration_id?: string; open?: boolean }) =>
  queryOptions({
    queryKey: ['incidents', filter],
    queryFn: async () =>
      (await unwrap(api.GET('/api/v1/incidents', { params: { query: { ...filter, limit } } }))).items,
  })

/** How many conversations wait for a person. */
export const waiting = queryOptions({
  queryKey: ['conversations', 'count'],
  queryFn: async () => (await unwrap(api.GET('/api/v1/conversations/count'))).waiting,
})

export const openIncidents = queryOptions({
  queryKey: ['incidents', 'count'],
  queryFn: async () => (await unwrap(api.GET('/api/v1/incidents/count'))).open,
})

export const account = queryOptions({
  queryKey: ['account'],
  queryFn: () => unwrap(api.GET('/api/v1/account')),
})

export const members = queryOptions({
  queryKey: ['users'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/users', { params: { query: { limit, after } } }))),
})

export const invitations = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/invitations', { params: { query: { limit, after } } }))),
})

export const tokens = queryOptions({
  queryKey: ['api_tokens'],
  queryFn: () => all(after => unwrap(api.GET('/api/v1/api_tokens', { params: { query: { limit, after } } }))),
})

export const audit = (subject?: string) =>
  infiniteQueryOptions({
    queryKey: ['audit', subject ?? ''],
    queryFn: ({ pageParam }) => unwrap(api.GET('/api/v1/audit', { params: { query: { subject, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })

export const contacts = (q: string, integration_id?: string) =>
  infiniteQueryOptions({
    queryKey: ['contacts', q, integration_id ?? ''],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/contacts', { params: { query: { q: q || undefined, integration_id, after: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })

export const contact = (id: string) =>
  queryOptions({ queryKey: ['contact', id], queryFn: () => unwrap(api.GET('/api/v1/contacts/{id}', byId(id))) })

export const numberRequests = queryOptions({
  queryKey: ['number_requests'],
  queryFn: async () => (await unwrap(api.GET('/api/v1/number_requests'))).items,
})

/** Nothing tells when it changes: asked again whenever somebody opens it. */
export const quotas = queryOptions({
  queryKey: ['account', 'quotas'],
  queryFn: () => unwrap(api.GET('/api/v1/account/quotas')),
  staleTime: 0,
})

export const installation = {
  numbers: queryOptions({
    queryKey: ['installation', 'numbers'],
    queryFn: () =>
      all(after => unwrap(api.GET('/api/v1/installation/numbers', { params: { query: { limit, after } } }))),
  }),
  requests: queryOptions({
    queryKey: ['installation', 'requests'],
    queryFn: async () => (await unwrap(api.GET('/api/v1/installation/number_requests'))).items,
  }),
  accounts: queryOptions({
    queryKey: ['installation', 'accounts'],
    queryFn: () =>
      all(after => unwrap(api.GET('/api/v1/installation/accounts', { params: { query: { limit, after } } }))),
  }),
  quotas: (id: string) =>
    queryOptions({
      queryKey: ['installation', 'quotas', id],
      queryFn: () => unwrap(api.GET('/api/v1/installation/accounts/{id}/quotas', byId(id))),
      staleTime: 0,
    }),
  /** Nothing tells when it changes: asked again while somebody looks. */
  fleet: queryOptions({
    queryKey: ['installation', 'fleet'],
    queryFn: () => unwrap(api.GET('/api/v1/installation/fleet')),
    refetchInterval: 5000,
  }),
}

/** All conversations with a contact, the latest first. */
export const conversationsOf = (contact_id: string) =>
  queryOptions({
    queryKey: ['conversations', 'of', contact_id],
    queryFn: async () =>
      (await unwrap(api.GET('/api/v1/conversations', { params: { query: { contact_id, limit } } }))).items,
  })
