import { describe, expect, it, vi } from 'vitest'
import { touched } from '../../api/live'
import { isFirst, isLoud, permission, setLoud } from './ring'
import { titled } from './waiting'

describe('conversations that wait', () => {
  it('stand in the title, once', () => {
    expect(titled('Bots – Chasqui', 0)).toBe('Bots – Chasqui')
    expect(titled('Bots – Chasqui', 2)).toBe('(2) Bots – Chasqui')
    expect(titled('(2) Bots – Chasqui', 3)).toBe('(3) Bots – Chasqui')
    expect(titled('(3) Bots – Chasqui', 0)).toBe('Bots – Chasqui')
    expect(titled('(99+) Bots – Chasqui', 120)).toBe('(99+) Bots – Chasqui')
  })

  it('are asked for again when the server rings', () => {
    expect(touched({ kind: 'handoff', id: 'cnv_1', integration_id: 'int_1' })).toContainEqual(['conversations'])
    expect(touched({ kind: 'handoff', id: 'cnv_1', integration_id: 'int_1' })).toContainEqual(['conversation', 'cnv_1'])
  })

  it('ring in this browser as its person wants', () => {
    const kept = new Map<string, string>()
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    })
    expect(isLoud()).toBe(true)
    setLoud(false)
    expect(isLoud()).toBe(false)
    setLoud(true)
    expect(isLoud()).toBe(true)
    expect(isFirst('cnv_1', 100_000)).toBe(true)
    expect(isFirst('cnv_1', 100_500)).toBe(false)
    expect(isFirst('cnv_2', 100_500)).toBe(true)
    expect(isFirst('cnv_1', 200_000)).toBe(true)
    expect(permission()).toBe('missing')
    vi.unstubAllGlobals()
  })
})
