import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isCommand, setSingleKeys, settle } from './typing'

const press = (key: string, on: Element = document.activeElement ?? document.body, at = 10_000) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true })
  Object.defineProperty(event, 'timeStamp', { value: at })
  on.dispatchEvent(event)
  return event
}

beforeEach(() => {
  const store = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  })
  document.body.innerHTML =
    '<form><input id="field" /><p id="beside"></p></form><button id="button"></button><main id="canvas"></main>'
  settle()
})
afterEach(() => vi.unstubAllGlobals())
const get = (id: string) => document.getElementById(id)!
const point = (id: string) => get(id).dispatchEvent(new Event('pointerdown', { bubbles: true }))

it('takes a key for a command where nothing is typed', () => {
  expect(isCommand(press('t'))).toBe(true)
  get('button').focus()
  expect(isCommand(press('t'))).toBe(true)
})

it('takes no key of who types', () => {
  get('field').focus()
  expect(isCommand(press('t'))).toBe(false)
})

it('takes no key when what was typed into is gone', () => {
  get('field').focus()
  press('M')
  get('field').remove()
  expect(isCommand(press('t', document.body, 60_000))).toBe(false)
})

it('takes no key when the button of a form that had the focus is gone', () => {
  get('beside').innerHTML = '<button id="taker"></button>'
  get('taker').focus()
  get('taker').remove()
  expect(isCommand(press('t', document.body))).toBe(false)
})

it('takes keys when a button beside no field is gone', () => {
  get('button').focus()
  get('button').remove()
  expect(isCommand(press('t', document.body))).toBe(true)
})

it('takes keys again after Escape, Tab or a press elsewhere', () => {
  for (const leave of [
    () => press('Escape', document.body),
    () => press('Tab', document.body),
    () => point('canvas'),
  ]) {
    document.body.insertAdjacentHTML('beforeend', '<input id="other" />')
    get('other').focus()
    press('M')
    get('other').remove()
    expect(isCommand(press('t', document.body))).toBe(false)
    leave()
    expect(isCommand(press('t', document.body))).toBe(true)
  }
})

it('takes no key of who goes on typing after the focus has moved', () => {
  get('field').focus()
  press('M', get('field'), 10_000)
  get('button').focus()
  expect(isCommand(press('t', get('button'), 10_400))).toBe(false)
  expect(isCommand(press('t', get('button'), 13_000))).toBe(true)
})

it('takes no key of who pressed beside a field', () => {
  get('field').focus()
  point('beside')
  get('field').blur()
  expect(isCommand(press('t', document.body))).toBe(false)
  point('canvas')
  expect(isCommand(press('t', document.body))).toBe(true)
})

it('takes no letters where they are switched off, and named keys all the same', () => {
  setSingleKeys(false)
  expect(isCommand(press('t'))).toBe(false)
  expect(isCommand(press('Delete'))).toBe(true)
  setSingleKeys(true)
  expect(isCommand(press('t'))).toBe(true)
})
