import { expect, test } from 'vitest'
import { placeOf } from './answer'

const typed = { latitude: '53,5503', longitude: ' -9.9928 ', name: ' Rathaus ', address: '' }

test('coordinates are read with a point or a comma, and empty words are left out', () => {
  expect(placeOf(typed)).toEqual({ latitude: 53.5503, longitude: -9.9928, name: 'Rathaus' })
})

test.each(['', ' ', 'north', '90.01', '-91', 'Infinity'])('%j is no latitude', latitude => {
  expect(placeOf({ ...typed, latitude })).toBeUndefined()
})
