import { afterEach, expect, it } from 'vitest'
import { styleNonce } from './nonce'

afterEach(() => {
  document.head.innerHTML = ''
})

it('is the number that the page says', () => {
  expect(styleNonce()).toBe('')
  const meta = document.createElement('meta')
  meta.setAttribute('property', 'csp-nonce')
  meta.nonce = 'n0nce'
  document.head.append(meta)
  expect(styleNonce()).toBe('n0nce')
})
