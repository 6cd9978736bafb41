import createClient from 'openapi-fetch'
import { patient } from './session'
import type { Problem, paths } from './types'

/** A request that finds the session over waits for the log-in and is sent again. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin', fetch: patient })

// What the server says in words, it says in the language of the page.
api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang || 'en')
    return request
  },
})

/** What the server refused, in its words. `status` is 0 when it was not reached at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem?: Problem,
  ) {
    super(problem?.detail ?? problem?.title ?? (status ? `HTTP ${status}` : ''))
  }
}

/** The answer's data, or an `ApiError`. */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch(() => {
    throw new ApiError(0)
  })
  if (!response.ok) throw new ApiError(response.status, isProblem(error) ? error : undefined)
  return data as T
}

const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null && 'title' in value

/** All pages of a list, for lists that have an end in sight; `soFar` gets what is there after each page but the last. */
export async function all<T>(
  page: (after?: string) => Promise<{ items: T[]; next: string | null }>,
  soFar?: (items: T[]) => void,
): Promise<T[]> {
  const items: T[] = []
  let after: string | undefined
  do {
    const { items: some, next } = await page(after)
    items.push(...some)
    after = next ?? undefined
    if (after) soFar?.([...items])
  } while (after)
  return items
}
