import { describe, expect, it } from 'vitest'
import { leadsElsewhere } from './ConnectionForm'

describe('the secret of a connection', () => {
  const smtp = { host: 'mail.example.com', port: 465, security: 'tls', username: 'shop', from: 'a@example.com' }
  const typed = Object.fromEntries(Object.entries(smtp).map(([key, value]) => [key, String(value)]))

  it('stays when nothing or only the sender changes', () => {
    expect(leadsElsewhere('smtp', smtp, typed)).toBe(false)
    expect(leadsElsewhere('smtp', smtp, { ...typed, from: 'b@example.com' })).toBe(false)
    expect(leadsElsewhere('openai', {}, {})).toBe(false)
    expect(leadsElsewhere('openai', { base_url: 'https://a.example/v1' }, { base_url: 'https://a.example/v1/' })).toBe(
      false,
    )
  })

  it('is needed again where it would go elsewhere', () => {
    for (const [key, value] of [
      ['host', 'evil.example'],
      ['port', '25'],
      ['security', 'none'],
      ['username', 'other'],
      ['username', ''],
    ]) {
      expect(leadsElsewhere('smtp', smtp, { ...typed, [key as string]: value as string })).toBe(true)
    }
    expect(leadsElsewhere('openai', {}, { base_url: 'https://a.example/v1' })).toBe(true)
    expect(leadsElsewhere('google', { client_id: 'a' }, { client_id: 'b' })).toBe(true)
  })
})
