import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import words from '../words/en/messages.json'
import { Bubble } from './Bubble'
import { fromContent, fromWire, kinds, line } from './index'
import type { Json } from './json'
import { isMarked, Marks } from './Marks'
import type { Message } from './message'
import { type Surface, SurfaceContext } from './surface'

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { messages: words } } as never }))
afterEach(cleanup)

const t = () => i18next.getFixedT('en', 'messages')
const show = (message: Message, surface: Surface = { place: 'phone' }) =>
  render(
    <SurfaceContext value={surface}>
      <Bubble message={message} side="left" meta="10:41" />
    </SurfaceContext>,
  )

/** One wire message of every type, and a word that must be seen. */
const wire: [Json, string][] = [
  [{ type: 'text', text: { body: 'Hello *you*' } }, 'you'],
  [{ type: 'image', image: { id: '7', caption: 'A chair' } }, 'A chair'],
  [{ type: 'video', video: { link: 'https://a.example/v.mp4', _url: '/_sim/link', caption: 'Moving' } }, 'Moving'],
  [{ type: 'audio', audio: { id: '7', voice: true } }, '0:00'],
  [{ type: 'document', document: { id: '7', filename: 'a.pdf' } }, 'a.pdf'],
  [{ type: 'location', location: { latitude: '53.5', longitude: 9.9, name: 'Rathaus' } }, 'Rathaus'],
  [
    { type: 'contacts', contacts: [{ name: { first_name: 'Lena', last_name: 'F' }, phones: [{ phone: '+49' }] }] },
    'Lena F',
  ],
  [{ type: 'interactive', interactive: { type: 'location_request_message', body: { text: 'Where?' } } }, 'Where?'],
  [
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'a', title: 'My order' } } },
    'My order',
  ],
  [{ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'a', title: '11:00' } } }, '11:00'],
  [{ type: 'button', button: { payload: 'x', text: 'Later' } }, 'Later'],
  [
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"rating":4}' } } },
    'rating: 4',
  ],
  [{ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: 'not json' } } }, 'Form sent'],
  [{ type: 'template', template: { name: 'reopen', language: { code: 'en' } } }, 'Template reopen'],
  [{ type: 'order', order: { product_items: [{ product_retailer_id: 'p', quantity: 2 }] } }, 'Order of 1 item'],
  [{ type: 'hologram', hologram: {} }, '(hologram)'],
  [{}, 'Unknown kind of message'],
]

describe('messages of the Cloud API', () => {
  it.each(wire)('%j', (message, seen) => {
    show(fromWire(message))
    expect(document.body.textContent).toContain(seen)
  })

  it('never fails, whatever is in them', () => {
    const odd: unknown[] = [null, 7, 'x', [], [null], { type: 7 }, { text: [] }]
    for (const kind of Object.values(kinds)) {
      for (const name of kind.wire) {
        for (const part of odd) {
          const [type = '', sub] = name.split('/')
          const inner = sub ? { type: sub, [sub]: part, body: part, header: part, action: part } : part
          const message = fromWire({ type, [type]: inner })
          show(message)
          expect(typeof line(message, t())).toBe('string')
          cleanup()
        }
      }
    }
  })
})

describe('messages of the engine', () => {
  it.each([
    [
      { type: 'buttons', body: 'Well?', header: { text: 'Question' }, buttons: [{ id: '1', title: 'Yes' }] },
      'Question',
    ],
    [
      { type: 'buttons', body: 'Well?', header: { image: { link: 'https://a.example/a.png' } }, buttons: [] },
      'a.example',
    ],
    [
      {
        type: 'list',
        body: 'Which?',
        header: 'Times',
        button: 'Choose',
        sections: [{ rows: [{ id: 'a', title: '11:00' }] }],
      },
      '11:00',
    ],
    [{ type: 'document', source: { link: 'https://a.example/a.pdf' }, filename: 'a.pdf' }, 'a.pdf'],
    [{ type: 'image', source: { stored: 'med_1' }, caption: 'Kept' }, 'Kept'],
    [{ type: 'template', name: 'reopen', language: 'en', body: [{ value: { text: 'Ana' } }] }, 'Ana'],
    [{ type: 'order', order: { text: 'Love these', product_items: [] } }, 'Love these'],
    [{ type: 'unknown', kind: 'poll', raw: {} }, '(poll)'],
    [{ type: 'from_the_future' }, '(from_the_future)'],
    [{ type: 'edit', original_message_id: 'w', content: { type: 'text', body: 'Tuesday' } }, 'Edited Tuesday'],
    [{ type: 'edit', original_message_id: 'w' }, 'Edited'],
    [{ type: 'revoke', original_message_id: 'w' }, 'This message was deleted'],
    [{ type: 'flow_reply', body: 'Sent', response: '{nope' }, '{nope'],
  ])('%j', (content, seen) => {
    show(fromContent(content), { place: 'transcript' })
    expect(document.body.textContent).toContain(seen)
  })

  it('shows what was tapped', () => {
    const content = { type: 'buttons', body: 'Well?', buttons: ['Yes', 'No'].map(title => ({ id: title, title })) }
    show(fromContent(content), { place: 'transcript', chosen: 'No' })
    expect(screen.getByText('No').querySelector('svg')).not.toBeNull()
    expect(screen.getByText('Yes').querySelector('svg')).toBeNull()
  })
})

describe('answers', () => {
  const interactive = (part: Json) => fromWire({ type: 'interactive', interactive: part })

  it('a tap on a reply button sends its id and title', () => {
    const answer = vi.fn()
    const reply = { type: 'reply', reply: { id: 'b1', title: 'My order' } }
    show(interactive({ type: 'button', body: { text: 'Well?' }, action: { buttons: [reply] } }), {
      place: 'phone',
      answer,
    })
    fireEvent.click(screen.getByRole('button', { name: 'My order' }))
    expect(answer).toHaveBeenCalledWith({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'My order' } },
    })
  })

  it("a tap on a template's quick reply sends the payload that was given", () => {
    const answer = vi.fn()
    const template = {
      name: 'reopen',
      language: { code: 'en' },
      components: [
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'go' }] },
      ],
      _rendered: { body: 'Shall we?', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] },
    }
    show(fromWire({ type: 'template', template }), { place: 'phone', answer })
    fireEvent.click(screen.getByRole('button', { name: 'Yes' }))
    expect(answer).toHaveBeenCalledWith({ type: 'button', button: { payload: 'go', text: 'Yes' } })
  })

  it('a link button opens only the web, and never our window', () => {
    const cta = (url: string) =>
      interactive({ type: 'cta_url', body: { text: 'x' }, action: { parameters: { display_text: 'Open', url } } })
    show(cta('https://a.example'))
    const link = screen.getByRole('link', { name: 'Open' })
    expect([link.getAttribute('href'), link.getAttribute('rel')]).toEqual(['https://a.example', 'noopener noreferrer'])
    cleanup()
    show(cta('javascript:alert(1)'))
    expect(screen.queryByRole('link')).toBeNull()
  })

  it('a list asks for its sheet', () => {
    const openList = vi.fn()
    const action = { button: 'Choose', sections: [{ title: 'A', rows: [{ id: 'r', title: 'Row' }] }] }
    show(interactive({ type: 'list', body: { text: 'x' }, action }), { place: 'phone', openList })
    fireEvent.click(screen.getByRole('button', { name: 'Choose' }))
    expect(openList.mock.calls[0]?.[0].sections[0].rows[0]).toMatchObject({ id: 'r', title: 'Row' })
  })
})

describe('marks', () => {
  it('show where a message comes from, as plain text', () => {
    const referral = {
      headline: 'Sale',
      body: '<img src=x onerror=alert(1)>',
      source_url: 'https://fb.me/3cr',
      source_type: 'ad',
    }
    render(<Marks forwarded frequently_forwarded referral={referral} product={{ product_retailer_id: 'di9' }} />)
    const text = document.body.textContent
    for (const seen of ['Forwarded many times', 'Came from an ad', 'Sale', '<img src=x', 'fb.me/3cr', 'di9']) {
      expect(text).toContain(seen)
    }
    expect(document.querySelector('img')).toBeNull()
    expect(screen.getByRole('link').getAttribute('href')).toBe('https://fb.me/3cr')
  })

  it('never link to anything but the web', () => {
    render(<Marks referral={{ headline: 'Sale', source_url: 'javascript:alert(1)', source_type: 'post' }} />)
    expect(document.querySelector('a')).toBeNull()
    expect(document.body.textContent).toContain('Came from a post')
  })

  it('are there only where there is something', () => {
    expect(isMarked({ forwarded: false, referral: null, product: null })).toBe(false)
    expect(isMarked({ forwarded: true })).toBe(true)
  })
})
