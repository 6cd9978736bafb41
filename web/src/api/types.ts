/**
 * The shapes of the HTTP API, written by hand from docs/api/http.md. When `openapi.json` exists, `npm run api` makes
 * `schema.d.ts`, and this file becomes the place where its `paths` and the nouns below are re-exported; nothing else changes.
 */
export type Role = 'owner' | 'admin' | 'builder' | 'viewer'

export interface AccountRef {
  id: string
  name: string
  role: Role
}

export interface Me {
  user: { id: string; email: string; name: string }
  account: AccountRef
  accounts: AccountRef[]
  installation: { version: string; phone_url: string | null; public_url: string; demo: boolean }
}

export type Health = 'unchecked' | 'ok' | 'warning' | 'failing'
export type TokenKind = 'unknown' | 'long_lived' | 'short_lived' | 'system_user'

export interface IntegrationSettings {
  error_alerts?: { enabled: boolean; emails?: string[] } | null
  expiry?: { enabled: boolean; after_seconds?: number } | null
  template?: { name: string; language: string; parameters?: string[] } | null
  recipients?: { mode: 'everyone' | 'only'; numbers?: string[] } | null
  [other: string]: unknown
}

export interface Integration {
  id: string
  type: 'whatsapp_business'
  name: string | null
  active: boolean
  active_since: string | null
  health: Health
  health_reason: string | null
  bot: { id: string; name: string | null; version: number | null } | null
  phone: {
    display_phone_number: string | null
    verified_name: string | null
    quality_rating: string | null
    throughput_level: string | null
  } | null
  last_activity_at: string | null
  messages_24h: number
  errors_24h: number
  ignored_24h: number
  held: number
  hours: { messages: number; errors: number }[]
  credentials: {
    business_account_id: string
    phone_number_id: string
    app_id: string
    version: string
    app_secret_last4: string | null
    token: { kind: TokenKind; expires_at: string | null; scopes: string[] }
  }
  settings: IntegrationSettings
  webhook: { callback_url: string; verified_at: string | null; last_delivery_at: string | null }
  created_at: string
  updated_at: string
}

export interface Bot {
  id: string
  name: string
  revision: number
  version: number | null
  published_at: string | null
  created_at: string
  updated_at: string
  changed_since_publish: boolean
  integrations: { id: string; name: string | null; active: boolean }[]
}

export interface BotDraft {
  revision: number
  definition: unknown
}

export interface BotVersion {
  version: number
  published_at: string
}

export interface BotVersionFull extends BotVersion {
  definition: unknown
}

export type ConversationStatus = 'waiting' | 'calling' | 'sleeping' | 'handed_off' | 'ended'
export type EndReason = 'finished' | 'expired' | 'restarted' | 'closed' | 'failed'
export type ConversationTab = 'open' | 'with_people' | 'ended'
export type Author = 'contact' | 'bot' | 'person'
export type MessageStatus =
  | 'received'
  | 'queued'
  | 'held'
  | 'sending'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'

export interface Conversation {
  id: string
  status: ConversationStatus
  end_reason: EndReason | null
  contact: { id: string; name: string | null; phone: string | null }
  integration: { id: string; name: string | null }
  bot: { id: string; name: string | null; version: number }
  turns: number
  messages: number
  started_at: string
  last_message_at: string
  last_message: { direction: 'in' | 'out'; author: Author; type: string; text: string; status: MessageStatus } | null
  window_closes_at: string | null
  expires_at: string | null
  ended_at: string | null
  /** Only when one conversation is asked for. */
  variables?: Record<string, unknown>
}

export interface ConversationMessage {
  id: string
  no: number
  direction: 'in' | 'out'
  author: Author
  type: string
  content: Record<string, unknown>
  status: MessageStatus
  error: { code: number | null; message: string } | null
  turn: number | null
  reply_to: string | null
  chosen: string | null
  at: string
  sent_at: string | null
  delivered_at: string | null
  read_at: string | null
}

export interface Visit {
  node: string
  /** Another bot, started by a jump. */
  bot?: string | null
  label: string | null
  component: string
  port: string | null
  detail: string | null
  warnings: string[]
  error: string | null
}

export interface Call {
  node: string
  kind: string
  summary: string
  status: 'pending' | 'done' | 'failed'
  result: string | null
  duration_ms: number | null
}

export interface Turn {
  no: number
  cause: 'message' | 'start' | 'answer' | 'wake' | 'hand_back' | 'expired' | 'command'
  at: string
  duration_us: number
  visits: Visit[]
  calls: Call[]
  changed: Record<string, unknown>
  messages: string[]
  /** What happened that belongs to no node. */
  remark?: string | null
}

export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  errors?: { pointer: string; code: string; message: string }[]
}

export interface Change {
  kind: 'integration' | 'conversation' | 'bot' | 'event'
  id: string
  integration_id: string | null
}

interface Page<T> {
  items: T[]
  next: string | null
}

type Json<T> = { content: { 'application/json': T } }
type Refused = { content: { 'application/problem+json': Problem } }
type Paging = { limit?: number; after?: string }
interface Answers<T, S extends number = 200> {
  responses: { [status in S]: Json<T> } & { default: Refused }
}
interface Nothing {
  responses: { 204: { content?: never }; default: Refused }
}
type ById = { parameters: { path: { id: string } } }

export interface paths {
  '/api/v1/session': {
    post: { requestBody: Json<{ email: string; password: string }> } & Answers<Me>
    delete: Nothing
  }
  '/api/v1/me': { get: Answers<Me> }
  '/api/v1/integrations': { get: { parameters: { query?: Paging } } & Answers<Page<Integration>> }
  '/api/v1/integrations/{id}': { get: ById & Answers<Integration> }
  '/api/v1/integrations/{id}/activate': { post: ById & Answers<Integration> }
  '/api/v1/integrations/{id}/deactivate': { post: ById & Answers<Integration> }
  '/api/v1/bots': {
    get: { parameters: { query?: Paging } } & Answers<Page<Bot>>
    post: { requestBody: Json<{ name?: string; definition?: unknown }> } & Answers<Bot, 201>
  }
  '/api/v1/bots/{id}': {
    get: ById & Answers<Bot>
    patch: ById & { requestBody: Json<{ name: string }> } & Answers<Bot>
    delete: ById & Nothing
  }
  '/api/v1/bots/{id}/draft': {
    get: ById & Answers<BotDraft>
    put: ById & { requestBody: Json<BotDraft> } & Answers<{ revision: number }>
  }
  '/api/v1/bots/{id}/versions': {
    get: { parameters: { path: { id: string }; query?: Paging } } & Answers<Page<BotVersion>>
  }
  '/api/v1/bots/{id}/versions/{n}': {
    get: { parameters: { path: { id: string; n: number } } } & Answers<BotVersionFull>
  }
  '/api/v1/conversations': {
    get: {
      parameters: {
        query?: Paging & { integration_id?: string; contact_id?: string; status?: ConversationTab; q?: string }
      }
    } & Answers<Page<Conversation>>
  }
  '/api/v1/conversations/{id}': { get: ById & Answers<Conversation> }
  '/api/v1/conversations/{id}/messages': {
    get: { parameters: { path: { id: string }; query?: Paging } } & Answers<Page<ConversationMessage>>
  }
  '/api/v1/conversations/{id}/turns': {
    get: { parameters: { path: { id: string }; query?: Paging } } & Answers<Page<Turn>>
  }
}
