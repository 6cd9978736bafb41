import type { Integration } from '../../api/types'

/** Why a number does not fare well, as data. */
export interface Reason {
  reason: string
  /** When a token or a version ends. */
  on?: string
  /** What of the integration is damaged. */
  part?: string
  meta?: { code?: number }
}

export const reasonOf = ({ health_params }: Pick<Integration, 'health_params'>) => health_params as Reason | null

const tokens = new Set([
  'token_ended',
  'token_ends',
  'token_invalid',
  'token_lacks',
  'token_refused',
  'token_revoked',
  'token_short_lived',
])

/** Whether it is the access token, so that a new one mends it. */
export const isToken = (why: Reason | null) =>
  why !== null && (tokens.has(why.reason) || (why.reason === 'damaged' && why.part === 'access_token'))
