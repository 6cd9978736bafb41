import { describe, expect, it } from 'vitest'
import { ago, date, dayName, daysUntil, left } from './time'

const now = new Date('2026-11-22T12:00:00').getTime()
const past = (ms: number) => now - ms
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('relative time', () => {
  it.each([
    [0, 'just_now', 0],
    [9_999, 'just_now', 0],
    [43_000, 'seconds', 40],
    [60_000, 'minutes', 1],
    [59.9 * minute, 'minutes', 59],
    [hour, 'hours', 1],
    [day - 1, 'hours', 23],
    [day, 'date', 0],
    [-5_000, 'just_now', 0],
  ])('%d ms ago', (gone, key, count) => expect(ago(past(gone), now)).toEqual({ key, count }))
})

describe('dates', () => {
  it('leave this year out', () => {
    expect(date('2026-06-06T10:00:00', { locale: 'de', now })).toBe('6. Juni')
    expect(date('2025-06-06T10:00:00', { locale: 'de', now })).toBe('6. Juni 2025')
  })

  it('name the last two days', () => {
    const words = { today: 'Today', yesterday: 'Yesterday' }
    const clock = { locale: 'de', now }
    expect(dayName(past(hour), clock, words)).toBe('Today')
    expect(dayName(past(13 * hour), clock, words)).toBe('Yesterday')
    expect(dayName(past(3 * day), clock, words)).toBe('19. November')
  })
})

describe('time left', () => {
  it('counts whole days and never goes below none', () => {
    expect(daysUntil(now + 9 * day + hour, now)).toBe(9)
    expect(daysUntil(now - day, now)).toBe(0)
  })

  it('splits into hours and minutes', () => {
    expect(left(now + day - 2 * minute, now)).toEqual({ hours: 23, minutes: 58 })
    expect(left(past(hour), now)).toEqual({ hours: 0, minutes: 0 })
  })
})
