import { describe, expect, it } from 'vitest'
import { touched } from '../../api/live'
import type { Turn } from '../../api/types'
import { took, variablesAfter } from './trace'

const turn = (no: number, changed: Record<string, unknown>) => ({ no, changed }) as Turn

describe('variables after a turn', () => {
  const turns = [turn(1, { name: 'Ana' }), turn(2, { choice: 'A', list: [1] }), turn(3, { name: null, choice: 'B' })]
  it('are what the turns up to it have changed', () => {
    expect(variablesAfter(turns, 2)).toEqual({ name: 'Ana', choice: 'A', list: [1] })
    expect(variablesAfter(turns, 3)).toEqual({ choice: 'B', list: [1] })
  })
})

describe('durations', () => {
  it.each([
    [412, '412 µs'],
    [1_500, '1.5 ms'],
    [318_000, '318 ms'],
    [2_340_000, '2.3 s'],
  ])('%d µs', (microseconds, shown) => expect(took(microseconds, 'en')).toBe(shown))
})

describe('what a change touches', () => {
  it('is the thing itself, and the integration it came through', () => {
    expect(touched({ kind: 'conversation', id: 'cnv_1', integration_id: 'int_1' })).toEqual([
      ['conversations'],
      ['conversation', 'cnv_1'],
      ['integrations'],
      ['integration', 'int_1'],
    ])
  })

  it('is everything of the kind when some changes were missed', () => {
    expect(touched({ kind: 'bot', id: '*', integration_id: null })).toEqual([['bots'], ['bot']])
  })

  it('is nothing when the kind is new', () => {
    expect(touched({ kind: 'something' as 'bot', id: 'x', integration_id: null })).toEqual([])
  })
})
