import { expect, test } from 'vitest'
import { isToken, reasonOf } from './health'

const health = (params: object | null) => reasonOf({ health_params: params as never })

test('what a new access token mends is known by its reason, in whatever language it is said', () => {
  for (const reason of ['token_ended', 'token_refused', 'token_revoked', 'token_lacks']) {
    expect(isToken(health({ reason }))).toBe(true)
  }
  expect(isToken(health({ reason: 'damaged', part: 'access_token' }))).toBe(true)
  expect(isToken(health({ reason: 'damaged', part: 'app_secret' }))).toBe(false)
  expect(isToken(health({ reason: 'not_connected' }))).toBe(false)
  // Words of before: nothing is read out of them.
  expect(isToken(health({ reason: 'words', text: 'The access token ended.' }))).toBe(false)
  expect(isToken(health(null))).toBe(false)
})
