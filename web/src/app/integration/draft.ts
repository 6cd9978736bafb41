import type { CredentialsForm, Settings } from '../../api/types'
import { isIn } from '../ui/form'
import { secrets } from './credentials'

/** The steps of the wizard, each with an address of its own. */
export const steps = ['type', 'name', 'bot', 'credentials', 'settings', 'review'] as const
export type Step = (typeof steps)[number]
export const indexOf = (step: Step) => steps.indexOf(step)

export interface Draft {
  /** The account and the person that it is of. */
  whose: string
  name: string
  bot: string
  source: 'own' | 'managed'
  credentials: CredentialsForm
  settings: Settings
  active: boolean
  /** How far it has come: the last step that may be looked at. */
  reached: number
  /** The number, as Meta showed it when it was asked. */
  like?: string
}

const places: [place: string, step: Step][] = [
  ['/type', 'type'],
  ['/name', 'name'],
  ['/bot_id', 'bot'],
  ['/managed', 'credentials'],
  ['/credentials', 'credentials'],
  ['/settings', 'settings'],
  ['/active', 'review'],
]

/** Whether a step has the field of a pointer. */
export const hasStep = (pointer: string) => places.some(([place]) => isIn(pointer, place))

/** The step that answers for a pointer; what has no field is said before the last button. */
export const stepOf = (pointer: string): Step => places.find(([place]) => isIn(pointer, place))?.[1] ?? 'review'

const key = 'chasqui.new_integration'
const empty: Omit<Draft, 'whose'> = {
  name: '',
  bot: '',
  source: 'own',
  credentials: {},
  settings: {},
  active: true,
  reached: 0,
}

/** Secrets while this page lives: never on the disk of a browser, and only for who typed them. */
let memory: { whose: string; secrets: CredentialsForm } | undefined

/** What was begun before. After a reload it lacks its secrets. */
export function kept(whose: string): Draft {
  const secrets = memory?.whose === whose ? memory.secrets : {}
  try {
    const saved = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>
    if (saved.whose !== whose) return { ...empty, whose }
    return { ...empty, ...saved, whose, credentials: { ...saved.credentials, ...secrets } }
  } catch {
    return { ...empty, whose }
  }
}

export function keep(draft: Draft) {
  const { app_secret, access_token, verify_token, ...credentials } = draft.credentials
  memory = { whose: draft.whose, secrets: { app_secret, access_token, verify_token } }
  sessionStorage.setItem(key, JSON.stringify({ ...draft, credentials }))
}

export function forget() {
  memory = undefined
  sessionStorage.removeItem(key)
}

/** Whether credentials were entered and their secrets are gone: a reload forgets them. */
export const lacksSecrets = ({ source, credentials }: Draft) =>
  source === 'own' && Boolean(credentials.phone_number_id) && secrets.some(name => !credentials[name]?.trim())

/** The last step that may be looked at; none beyond the credentials without their secrets. */
export function reachable(draft: Draft): number {
  return lacksSecrets(draft) ? Math.min(draft.reached, indexOf('credentials')) : draft.reached
}
