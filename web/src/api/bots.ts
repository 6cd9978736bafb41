/** The API's shapes for building, testing and publishing bots. */
import type { Problem } from './types'

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
  | { kind: 'heard'; at: string; content: Record<string, unknown> }
  | { kind: 'said'; at: string; node: string; content: Record<string, unknown> }
  | { kind: 'turn'; at: string; trace: SaidTrace }
  | { kind: 'called'; at: string; node: string; summary: string }
  | { kind: 'answered'; at: string; node: string; how: 'canned' | 'real'; result: string }
  | { kind: 'noticed'; at: string; node: string | null; code: string; message: string }
  | { kind: 'passed'; at: string; seconds: number }
  | { kind: 'handed_back'; at: string }

interface SaidTrace {
  cause: string
  visits?: SaidVisit[]
  changed?: Record<string, unknown>
  remark?: string
}

interface SaidVisit {
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
  call: { node: string; summary: string; request: Record<string, unknown>; sample?: unknown } | null
  variables: Record<string, unknown>
  system: Record<string, unknown>
  log: Said[]
  /** The conversation so far as a flow test. */
  as_test: { steps: unknown[]; reopening?: boolean }
}

export interface TestSetup {
  definition?: unknown
  start?: string
  variables?: Record<string, unknown>
  contact?: { name?: string; phone?: string }
  now?: string
  effects?: { usual: 'canned' | 'real'; nodes?: Record<string, 'canned' | 'real'> }
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
