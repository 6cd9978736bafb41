import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Draft, forget, hasStep, keep, kept, lacksSecrets, reachable, stepOf } from './draft'
import { formPointers } from './pointers'

const pointers = formPointers(JSON.parse(readFileSync(`${process.cwd()}/openapi.json`, 'utf8')))

describe('the steps of the wizard', () => {
  it('know a step for whatever the server may name', () => {
    expect(pointers.length).toBeGreaterThan(40)
    expect(pointers).toContain('/settings/recipients/numbers/0')
    expect(pointers).toContain('/settings/error_alerts/emails/0')
    // Only changing an integration knows what becomes of open conversations.
    const homeless = pointers.filter(pointer => !hasStep(pointer) && pointer !== '/open_conversations')
    expect(homeless).toEqual([])
    for (const [pointer, step] of [
      ['/bot_id', 'bot'],
      ['/managed', 'credentials'],
      ['/credentials/app_secret', 'credentials'],
      ['/settings/recipients/numbers/7', 'settings'],
      ['/settings/expirey', 'settings'],
      ['/active', 'review'],
      ['/names', 'review'],
      ['', 'review'],
      ['/nowhere/0', 'review'],
    ] as const)
      expect(stepOf(pointer)).toBe(step)
  })
})

describe('a draft', () => {
  const secrets = { app_secret: 'a'.repeat(32), access_token: 'EAAtoken', verify_token: 'v'.repeat(20) }
  const draft: Draft = {
    whose: 'acc/usr',
    name: 'Line',
    bot: 'bot_1',
    source: 'own',
    credentials: { phone_number_id: '1', ...secrets },
    settings: {},
    active: true,
    reached: 5,
  }
  beforeEach(() => {
    const store = new Map<string, string>()
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => store.set(key, value),
      removeItem: (key: string) => store.delete(key),
    })
    forget()
  })

  it('keeps its secrets while the page lives, and on no disk', () => {
    keep(draft)
    expect(kept('acc/usr')).toEqual(draft)
    const disk = sessionStorage.getItem('chasqui.new_integration') ?? ''
    for (const secret of Object.values(secrets)) expect(disk).not.toContain(secret)
  })

  it('is nobody else’s', () => {
    keep(draft)
    expect(kept('acc/other').name).toBe('')
    expect(kept('acc/other').credentials).toEqual({})
  })

  it('goes no further than its credentials without their secrets', () => {
    expect(reachable(draft)).toBe(5)
    const reloaded = { ...draft, credentials: { phone_number_id: '1' } }
    expect(lacksSecrets(reloaded)).toBe(true)
    expect(reachable(reloaded)).toBe(3)
    expect(reachable({ ...reloaded, source: 'managed' })).toBe(5)
  })
})
