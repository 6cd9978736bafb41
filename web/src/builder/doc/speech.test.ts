import { describe, expect, it } from 'vitest'
import { speech } from './speech'
import { isKnown, systemVariables } from './variables'

const node = (type: string, more: object = {}) => ({ id: 'a', type, ...more })

describe('speech', () => {
  it('is offered where the engine has an effect', () => {
    expect(speech(node('formula'))).toBeUndefined()
    expect(speech(node('template'))).toBeUndefined()
    expect(speech(node('cta_url'))).toEqual({ quotes: true, texts: false })
    expect(speech(node('end'))).toEqual({ quotes: true, texts: true })
    expect(speech(node('question_text'))).toEqual({ quotes: true, texts: true })
    expect(speech(node('question_text', { image: 'https://example.com/a.png' }))).toEqual({
      quotes: true,
      texts: false,
    })
    expect(speech(node('question_text', { back_button: 'Back' }))).toEqual({ quotes: true, texts: false })
    expect(speech(node('question_text', { back_button: 'Back', wait: false }))).toEqual({ quotes: true, texts: true })
  })

  it('can be switched off where it was set in vain', () => {
    expect(speech(node('formula', { quote: true }))).toEqual({ quotes: false, texts: false })
  })
})

describe('system variables', () => {
  it('are the ones of the engine, with what Meta may add below a message', () => {
    for (const path of Object.keys(systemVariables)) expect(isKnown(path, {}), path).toBe(true)
    for (const path of ['message', 'message.referral.image_url', 'message.contacts[0].name', 'message.tap.id']) {
      expect(isKnown(path, {}), path).toBe(true)
    }
    for (const path of ['message.nothing', 'contact.birthday', 'now.x']) expect(isKnown(path, {}), path).toBe(false)
  })
})
