// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { readAmount, sayAmount, share } from './usage'

const bytes = { unit: 'bytes' as const }

describe('usage', () => {
  it('tells a share that is never nothing and never too much', () => {
    expect(share({ used: 0, limit: 10 })).toBe(0)
    expect(share({ used: 1, limit: 1_000_000 })).toBe(1)
    expect(share({ used: 799, limit: 1000 })).toBe(79)
    expect(share({ used: 50, limit: 10 })).toBe(100)
    expect(share({ used: 1, limit: 0 })).toBe(100)
  })

  it('says sizes in a unit that fits', () => {
    expect(sayAmount(10 * 1024 ** 3, bytes, 'en')).toBe('10 GiB')
    expect(sayAmount(1536, bytes, 'de')).toBe('1,5 KiB')
    expect(sayAmount(1_000_000, { unit: 'count' }, 'en')).toBe('1,000,000')
  })

  it('reads what it writes, to the byte', () => {
    for (const amount of [0, 1, 1023, 1536, 1024, 10 * 1024 ** 3, 1024 ** 4 + 1]) {
      expect(readAmount(sayAmount(amount, bytes, 'en', true))).toBe(amount)
    }
    for (const wrong of ['', '-1', '1.5 GiB', '10 GB', 'many', '99999999999999999']) {
      expect(readAmount(wrong)).toBeUndefined()
    }
  })
})
