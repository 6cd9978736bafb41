import type { CredentialsForm } from '../../api/types'

export type Credential = keyof CredentialsForm

export const ids = ['business_account_id', 'phone_number_id', 'app_id'] as const
export const secrets = ['app_secret', 'access_token', 'verify_token'] as const

export type Complaint = 'missing' | 'digits' | 'hex32' | 'too_short' | 'space'

/** What is wrong with a credential as it is typed; the server checks the same again. */
export function complaint(name: Credential, value: string): Complaint | undefined {
  const text = value.trim()
  if (name === 'version') return undefined
  if (name === 'messaging_account_id') return /^\d{0,32}$/.test(text) ? undefined : 'digits'
  if (!text) return 'missing'
  if ((ids as readonly string[]).includes(name)) return /^\d{1,32}$/.test(text) ? undefined : 'digits'
  if (name === 'app_secret') return /^[0-9a-f]{32}$/i.test(text) ? undefined : 'hex32'
  if (/\s/.test(text)) return 'space'
  if (name === 'verify_token') return text.length >= 16 ? undefined : 'too_short'
  return undefined
}
