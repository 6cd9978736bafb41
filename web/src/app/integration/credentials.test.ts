import { describe, expect, it } from 'vitest'
import { complaint } from './credentials'

describe('credentials as they are typed', () => {
  it('are digits where Meta gives digits', () => {
    expect(complaint('phone_number_id', '106540352242922')).toBeUndefined()
    expect(complaint('phone_number_id', ' 106540352242922 ')).toBeUndefined()
    expect(complaint('app_id', '12 34')).toBe('digits')
    expect(complaint('app_id', '')).toBe('missing')
  })

  it('have the length that they must have', () => {
    expect(complaint('app_secret', '0123456789abcdef0123456789ABCDEF')).toBeUndefined()
    expect(complaint('app_secret', 'abc')).toBe('hex32')
    expect(complaint('verify_token', 'short')).toBe('too_short')
    expect(complaint('verify_token', 'my_secure_verify_token_12345')).toBeUndefined()
    expect(complaint('access_token', 'EAA token')).toBe('space')
  })
})
