import { describe, expect, it } from 'vitest'
import { initials, phoneNumber } from './names'

describe('names', () => {
  it.each([
    ['Alpaca & Oak', 'AO'],
    ['Jonas W.', 'JW'],
    ['Ana', 'AN'],
    ['Élodie de la Tour', 'ÉT'],
    ['+49 172 992', ''],
    ['', ''],
  ])('%j is %j', (name, letters) => expect(initials(name)).toBe(letters))
})

describe('phone numbers', () => {
  it.each([
    ['+4917604069118', '+49 176 0406 9118'],
    ['15550783881', '+1 555 078 3881'],
    ['+420601234567', '+420 601 234 567'],
    ['not a number', 'not a number'],
    ['12', '12'],
  ])('%j reads %j', (value, shown) => {
    expect(phoneNumber(value).replace(/\D/g, '')).toBe(shown.replace(/\D/g, ''))
    expect(phoneNumber(value).split(' ')[0]).toBe(shown.split(' ')[0])
  })
})
