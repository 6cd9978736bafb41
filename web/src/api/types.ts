/** The nouns of the HTTP API, under the names that pages use. `npm run api` makes them from the server's own description. */
import type { components, paths } from './schema'

type Shapes = components['schemas']

export type { paths }

export type Me = Shapes['Me']
export type Role = Shapes['Role']
export type Member = Shapes['MemberView']
export type Invitation = Shapes['InvitationView']
export type ApiToken = Shapes['TokenView']
export type Connection = Shapes['ConnectionView']
export type AuditEntry = Shapes['EntryView']
export type Account = Shapes['AccountDetail']
export type Quotas = Shapes['Quotas']
export type Quota = Shapes['Quota']

export type Integration = Shapes['IntegrationView']
export type Settings = Shapes['Settings']
export type Check = Shapes['DiagnosisCheck']
export type Cure = Shapes['Cure']
export type CredentialsForm = Shapes['NewCredentials']
export type CredentialsReport = Shapes['CredentialsReport']
export type ConnectStep = Shapes['StepView']
export type Template = Shapes['TemplateView']
export type TemplateField = Shapes['TemplateField']
export type NumberRequest = Shapes['RequestView']
export type ManagedNumber = Shapes['ManagedView']
export type Fleet = Shapes['FleetView']
export type Process = Shapes['WorkerView']
export type Standby = Shapes['StandbyView']
export type Incident = Shapes['IncidentView']
export type LogEvent = Shapes['EventView']
export type Severity = Shapes['Severity']

export type UploadedFile = Shapes['MediaView']

export type Bot = Shapes['BotView']
export type BotDraft = Shapes['DraftView']

export type Contact = Shapes['ContactView']
export type Receipt = Shapes['Receipt']
export type Conversation = Shapes['ConversationView']
export type ConversationTab = Shapes['Asks']
export type ConversationMessage = Shapes['MessageView']
export type MessageStatus = Shapes['MessageStatus']
export type Visit = Shapes['VisitView']
export type Call = Shapes['CallView']
export type Turn = Shapes['TurnView']

export type Problem = Shapes['Problem']

export interface Change {
  kind: 'integration' | 'conversation' | 'bot' | 'event' | 'handoff'
  id: string
  integration_id: string | null
}
