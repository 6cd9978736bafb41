/** The nouns of the HTTP API, under the names that pages use. `npm run api` makes them from the server's own description. */
import type { components, paths as Described } from './schema'

type Shapes = components['schemas']

type Json<T> = { content: { 'application/json': T } }
type Refused = { content: { 'application/problem+json': Problem } }
interface Answers<T, S extends number = 200> {
  responses: { [status in S]: Json<T> } & { default: Refused }
}
type ById = { parameters: { path: { id: string } } }
interface Page<T> {
  items: T[]
  next: string | null
}

/** The routes of bots speak of definitions, which the description leaves open: they are written by hand, here and in `bots.ts`. */
export interface paths extends Omit<Described, `/api/v1/bots${string}` | `/api/v1/test_sessions${string}`> {
  '/api/v1/bots': {
    get: { parameters: { query?: { limit?: number; after?: string } } } & Answers<Page<Bot>>
    post: { requestBody: Json<{ name?: string; definition?: unknown }> } & Answers<Bot, 201>
  }
  '/api/v1/bots/{id}': {
    get: ById & Answers<Bot>
    patch: ById & { requestBody: Json<{ name: string }> } & Answers<Bot>
    delete: ById & { responses: { 204: { content?: never }; default: Refused } }
  }
  '/api/v1/bots/{id}/draft': {
    get: ById & Answers<BotDraft>
    put: ById & { requestBody: Json<{ revision: number; definition: unknown }> } & Answers<{ revision: number }>
  }
  '/api/v1/bots/{id}/versions': {
    get: { parameters: { path: { id: string }; query?: { limit?: number; after?: string } } } & Answers<
      Page<BotVersion>
    >
  }
  '/api/v1/bots/{id}/versions/{n}': {
    get: { parameters: { path: { id: string; n: number } } } & Answers<BotVersionFull>
  }
}

export type Me = Shapes['Me']
export type Role = Shapes['Role']
export type Member = Shapes['MemberView']
export type Invitation = Shapes['InvitationView']
export type Invited = Shapes['Invited']
export type ApiToken = Shapes['TokenView']
export type AuditEntry = Shapes['EntryView']
export type Account = Shapes['AccountDetail']

export type Integration = Shapes['IntegrationView']
export type Settings = Shapes['Settings']
export type Health = Shapes['Health']
export type Diagnosis = Shapes['Diagnosis']
export type Check = Shapes['DiagnosisCheck']
export type Cure = Shapes['Cure']
export type CredentialsForm = Shapes['NewCredentials']
export type CredentialsReport = Shapes['CredentialsReport']
export type ConnectStep = Shapes['StepView']
export type Template = Shapes['TemplateView']
export type GraphVersion = Shapes['GraphVersion']
export type NumberRequest = Shapes['RequestView']
export type ManagedNumber = Shapes['ManagedView']
export type Incident = Shapes['IncidentView']
export type LogEvent = Shapes['EventView']
export type Severity = Shapes['Severity']

export type Bot = Shapes['BotView']
export type BotDraft = Omit<Shapes['DraftView'], 'definition'> & { definition: unknown }
export type BotVersion = Shapes['VersionView']
export type BotVersionFull = Omit<Shapes['FullVersion'], 'definition'> & { definition: unknown }

export type Contact = Shapes['ContactView']
export type Receipt = Shapes['Receipt']
export type Conversation = Shapes['ConversationView']
export type ConversationTab = Shapes['Asks']
export type ConversationMessage = Shapes['MessageView']
export type MessageStatus = Shapes['MessageStatus']
export type Author = Shapes['Author']
export type Visit = Shapes['VisitView']
export type Call = Shapes['CallView']
export type Turn = Shapes['TurnView']

export type Problem = Shapes['Problem']
export type FieldError = Shapes['FieldError']

export interface Change {
  kind: 'integration' | 'conversation' | 'bot' | 'event'
  id: string
  integration_id: string | null
}
