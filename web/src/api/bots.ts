/** The API's shapes for building, testing and publishing bots. */
import type { Bot, BotDraft, Problem } from './types'

/** One thing that is wrong with a bot. */
export interface Finding {
  node: string | null
  port: string | null
  field: string | null
  code: string
  message: string
  severity: 'warning' | 'error'
}

/** What came of a flow test. */
export interface TestOutcome {
  name: string
  passed: boolean
  failure: { step: number; message: string } | null
  transcript: { from: 'contact' | 'bot'; text: string }[]
}

export interface TestReport {
  passed: number
  failed: number
  tests: TestOutcome[]
}

/** A refusal to publish says what is in the way. */
export interface PublishRefusal extends Problem {
  problems?: Finding[]
  tests?: TestOutcome[]
}

export interface Running {
  version: number
  conversations: number
}

export interface Usages {
  integrations: { id: string; name: string; active: boolean }[]
  bots: { id: string; name: string; where: 'draft' | 'published' | 'both'; nodes: string[] }[]
}

export interface Starter {
  id: string
  name: string
  language: string
  about: string
  nodes: number
  tests: number
}

/** What happened in a test session, in order. */
export type Said =
  | { kind: 'message'; from: 'contact' | 'bot'; at: string; content: Record<string, unknown>; node?: string }
  | { kind: 'turn'; at: string; cause: string; visits: SaidVisit[]; changed: Record<string, unknown>; remark?: string }
  | {
      kind: 'call'
      at: string
      node: string
      summary: string
      answered: boolean
      result?: string
      how?: 'canned' | 'real'
    }
  | { kind: 'note'; at: string; code: string; text: string }

export interface SaidVisit {
  node: string
  bot?: string
  port?: string
  detail?: string
  warnings?: string[]
  error?: string
}

export interface TestSession {
  id: string
  status: 'waiting' | 'calling' | 'sleeping' | 'handed_off' | 'ended'
  end_reason: string | null
  node: string | null
  now: string
  /** When the sleep in hand is over. */
  wakes_at: string | null
  /** The call that waits for an answer. */
  call: { node: string; summary: string; request: Record<string, unknown> } | null
  variables: Record<string, unknown>
  system: Record<string, unknown>
  log: Said[]
  /** The conversation so far as a flow test. */
  as_test: { steps: unknown[] }
}

export interface TestSetup {
  definition?: unknown
  start?: string
  variables?: Record<string, unknown>
  contact?: { name?: string; phone?: string }
  now?: string
  effects?: { usual: 'canned' | 'real'; nodes?: Record<string, 'canned' | 'real'> }
}

type Json<T> = { content: { 'application/json': T } }
type Refused = { content: { 'application/problem+json': Problem } }
interface Answers<T, S extends number = 200> {
  responses: { [status in S]: Json<T> } & { default: Refused }
}
interface Nothing {
  responses: { 204: { content?: never }; default: Refused }
}
type ById = { parameters: { path: { id: string } } }
type Sends<T> = { requestBody: Json<T> }

declare module './schema' {
  interface paths {
    '/api/v1/bots/import': { post: Sends<{ text: string; name?: string }> & Answers<Bot, 201> }
    '/api/v1/bots/starters': { get: Answers<{ items: Starter[] }> }
    '/api/v1/bots/starters/{id}': {
      post: ById & Sends<{ name?: string }> & Answers<Bot, 201>
    }
    '/api/v1/bots/{id}/copy': { post: ById & Sends<{ name?: string }> & Answers<Bot, 201> }
    '/api/v1/bots/{id}/usages': { get: ById & Answers<Usages> }
    '/api/v1/bots/{id}/running': { get: ById & Answers<{ items: Running[] }> }
    '/api/v1/bots/{id}/tests/run': {
      post: ById & Sends<{ definition?: unknown; names?: string[] }> & Answers<TestReport>
    }
    '/api/v1/bots/{id}/test_sessions': { post: ById & Sends<TestSetup> & Answers<TestSession, 201> }
    '/api/v1/bots/{id}/request': {
      post: ById & Sends<{ node: unknown; variables?: Record<string, unknown>; send?: boolean }> & Answers<TriedRequest>
    }
    '/api/v1/test_sessions/{id}': { get: ById & Answers<TestSession>; delete: ById & Nothing }
    '/api/v1/test_sessions/{id}/messages': { post: ById & Sends<Record<string, unknown>> & Answers<TestSession> }
  }
}

export interface TriedRequest {
  method: string
  url: string
  headers: string[][]
  body: string | null
  warnings: string[]
  curl: string
  answer?: { status: number; headers: string[][]; text: string; ms: number } | null
  error?: string | null
}

export type { Bot, BotDraft }
