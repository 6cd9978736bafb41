/** The draft of a bot. It is asked for while the builder itself is still on its way. */
import { api, unwrap } from './client'
import type { BotDraft } from './types'

/** What was asked for longer ago may have been changed since. */
const fresh = 10_000

let ahead: { id: string; at: number; draft: Promise<BotDraft> } | undefined

const ask = async (id: string) =>
  (await unwrap(api.GET('/api/v1/bots/{id}/draft', { params: { path: { id } } }))) as BotDraft

export function askAhead(id: string) {
  const draft = ask(id)
  ahead = { id, at: Date.now(), draft }
  // Whoever takes it up is told of a failure.
  draft.catch(() => {})
}

/** The draft as the server has it; once, the one that was asked for ahead. */
export function draftOf(id: string): Promise<BotDraft> {
  const found = ahead
  ahead = undefined
  return found?.id === id && Date.now() - found.at < fresh ? found.draft : ask(id)
}
