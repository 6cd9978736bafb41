import { describe, expect, it } from 'vitest'
import type { Integration } from '../../api/types'
import { strands } from '../ui/Strip'
import { failingFirst, matches, nextSort, sorted } from './integrations'
import { tokenState } from './Token'

const one = (name: string | null, more: Partial<Integration> = {}) =>
  ({
    id: name ?? 'int_1',
    name,
    active: true,
    health: 'ok',
    bot: { id: 'bot_1', name: 'Café bot', version: 1 },
    phone: { display_phone_number: '+49 30 23125 014' },
    messages_24h: 1,
    ignored_24h: 0,
    errors_24h: 0,
    last_activity_at: null,
    credentials: { token: { kind: 'system_user', expires_at: null, scopes: [] } },
    ...more,
  }) as Integration

describe('the list of integrations', () => {
  const list = [
    one('Quiet', { active: false, health: 'failing' }),
    one('Berlin'),
    one('Odd', { health: 'warning', messages_24h: 9 }),
    one('Broken', { health: 'failing' }),
    one('Aachen'),
  ]
  const names = (sort: Parameters<typeof sorted>[1]) => sorted(list, sort).map(({ name }) => name)

  it('shows failing ones first and inactive ones last', () => {
    expect(names(failingFirst)).toEqual(['Broken', 'Odd', 'Aachen', 'Berlin', 'Quiet'])
  })

  it('starts numbers with the highest and turns around on the second click', () => {
    const first = nextSort(failingFirst, 'messages')
    expect(names(first)[0]).toBe('Odd')
    expect(nextSort(first, 'messages')).toEqual({ by: 'messages', down: false })
  })

  it.each([
    ['main', true],
    ['23125', true],
    ['3023125014', true],
    ['+49 30', true],
    ['cafe', true],
    ['London', false],
    ['99', false],
  ])('a search for %j finds it: %j', (wanted, found) => expect(matches(one('Main line'), wanted)).toBe(found))
})

describe('the strip', () => {
  it('scales to its own row and marks the hours with errors', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      messages: hour === 5 ? 10 : hour === 6 ? 5 : 0,
      errors: hour === 6 ? 1 : 0,
    }))
    const drawn = strands(hours)
    expect(drawn[5]!.end).toBe(25)
    expect(drawn[6]).toMatchObject({ end: 15, errors: true })
    expect(drawn[7]!.end).toBe(4)
    expect([drawn[0]!.x, drawn[23]!.x]).toEqual([4, 108])
  })
})

describe('an access token', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  it.each([
    ['2026-11-22T11:00:00Z', 'expired'],
    ['2026-12-01T13:00:00Z', 'amber'],
    ['2027-01-15T13:00:00Z', 'runs'],
    [null, 'never'],
  ])('that ends at %j is %j', (expires_at, state) => {
    expect(tokenState({ kind: 'long_lived', expires_at, scopes: [] }, now)).toBe(state)
  })
})
