import { readFileSync } from 'node:fs'
import { armchair } from './pictures.mjs'
import { Stream } from './stream.mjs'

const number = '106540352242922'
let count = 0
const wamid = () => `wamid.${String(++count).padStart(6, '0')}`
const wait = ms => new Promise(resolve => setTimeout(resolve, ms))

const text = body => ({ type: 'text', text: { body } })
const interactive = part => ({ type: 'interactive', interactive: part })
const buttons = (body, labels, more = {}) =>
  interactive({
    type: 'button',
    body: { text: body },
    action: { buttons: labels.map(title => ({ type: 'reply', reply: { id: `1.menu.${title}`, title } })) },
    ...more,
  })
const times = interactive({
  type: 'list',
  body: { text: 'Which time on Thursday?' },
  action: {
    button: 'Choose a time',
    sections: [
      {
        title: 'Morning',
        rows: [
          { id: 't1', title: '09:30', description: 'With Lena, ground floor' },
          { id: 't2', title: '11:00', description: 'With Lena, ground floor' },
        ],
      },
      {
        title: 'Afternoon',
        rows: [
          { id: 't3', title: '14:00', description: 'With Kofi, first floor' },
          { id: 't4', title: '15:30', description: 'With Kofi, first floor' },
        ],
      },
    ],
  },
})

/** One example of everything a business can send; the bot answers "all" with it. */
const everything = [
  text('Marks: *bold*, _italic_, ~gone~, ```mono```. Look at https://chasqui.example/docs.'),
  {
    type: 'image',
    image: { link: 'https://x.example/a.png', _url: '/_sim/media/armchair', caption: 'The *Fjord* armchair' },
  },
  { type: 'audio', audio: { id: 'voice', _url: '/_sim/media/voice', voice: true } },
  {
    type: 'document',
    document: { id: 'paper', _url: '/_sim/media/paper', filename: 'Invoice 2257.pdf', caption: 'Your invoice' },
  },
  {
    type: 'location',
    location: { latitude: 53.5503, longitude: 9.9928, name: 'Showroom', address: 'Rathausmarkt 1, Hamburg' },
  },
  {
    type: 'contacts',
    contacts: [
      { name: { formatted_name: 'Lena Fjord', first_name: 'Lena' }, phones: [{ phone: '+49 176 04069 101' }] },
    ],
  },
  times,
  interactive({
    type: 'cta_url',
    header: { type: 'image', image: { link: 'https://x.example/a.png', _url: '/_sim/media/armchair' } },
    body: { text: 'See the whole collection.' },
    footer: { text: 'Opens in your browser' },
    action: { name: 'cta_url', parameters: { display_text: 'Open the shop', url: 'https://alpaca-oak.example/' } },
  }),
  interactive({
    type: 'location_request_message',
    body: { text: 'Where shall we deliver?' },
    action: { name: 'send_location' },
  }),
  {
    type: 'template',
    template: {
      name: 'reopen',
      language: { code: 'en' },
      _rendered: {
        body: 'Hello Noor, shall we go on?',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Yes, go on' },
          { type: 'QUICK_REPLY', text: 'Later' },
        ],
      },
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Noor' }] }],
    },
  },
  interactive({ type: 'hologram', body: { text: '?' } }),
]

export class Sim {
  stream = new Stream()
  log = []
  phones = []
  chats = new Map()
  stages = new Map()
  media = new Map([
    ['armchair', { bytes: armchair, mime_type: 'image/svg+xml' }],
    ['voice', { bytes: readFileSync(new URL('../../src/phone/voice.ogg', import.meta.url)), mime_type: 'audio/ogg' }],
    ['paper', { bytes: Buffer.from('%PDF-1.4'), mime_type: 'application/pdf' }],
  ])
  settings = {
    deliver_twice: false,
    out_of_order: false,
    read_at_once: true,
    latency_ms: 120,
    answer: 'success',
    enforce_rates: true,
  }

  constructor({ fresh, api }) {
    this.api = api
    if (!fresh) this.#canned()
  }

  async route(request, url, body, answer, response) {
    const parts = url.pathname.split('/').slice(2).map(decodeURIComponent)
    const [head, wa_id, what, id, verb] = parts
    const key = `${request.method} ${head}`
    if (key === 'GET stream') return this.stream.add(response)
    if (key === 'GET businesses') return answer(200, { businesses: this.#businesses() })
    if (key === 'GET settings') return answer(200, this.settings)
    if (key === 'PUT settings') {
      Object.assign(this.settings, body)
      this.stream.send({ kind: 'settings' })
      return answer(200, this.settings)
    }
    if (key === 'GET log') return answer(200, { items: this.log.slice(0, Number(url.searchParams.get('limit') ?? 50)) })
    if (key === 'GET media') {
      const found = this.media.get(wa_id)
      return found ? answer(200, found.bytes, found.mime_type) : answer(404, { error: { message: 'no such media' } })
    }
    if (key === 'GET phones' && !wa_id) return answer(200, { phones: this.phones })
    if (key === 'POST phones' && !wa_id) {
      const phone = {
        wa_id: `4915${String(100000000 + this.phones.length)}`,
        name: 'Somebody',
        hide_number: false,
        ...body,
      }
      this.phones.push(phone)
      this.stream.send({ kind: 'phones' })
      return answer(201, phone)
    }
    if (key === 'POST phones' && what === 'media') return answer(200, this.#upload(request, body))
    if (what === 'chats' && verb === 'read') {
      for (const item of this.#chat(wa_id, id))
        if (item.direction === 'out' && item.status === 'delivered') item.status = 'read'
      this.#changed(wa_id, id)
      return answer(200, {})
    }
    if (what === 'chats') return answer(200, { items: this.#chat(wa_id, id), typing: false })
    if (key === 'POST inbound') return this.#inbound(body, answer)
    answer(404, { error: { message: 'no such route' } })
  }

  #businesses() {
    const templates = [
      {
        name: 'reopen',
        language: 'en',
        components: [
          { type: 'BODY', text: 'Hello {{1}}, shall we go on?' },
          {
            type: 'BUTTONS',
            buttons: [
              { type: 'QUICK_REPLY', text: 'Yes, go on' },
              { type: 'QUICK_REPLY', text: 'Later' },
            ],
          },
        ],
      },
    ]
    const base = {
      quality_rating: 'GREEN',
      throughput: 'STANDARD',
      callback_url: 'http://127.0.0.1:8090/webhooks/whatsapp/int_1',
    }
    return [
      {
        app_id: '670843887433847',
        business_account_id: '102290129340398',
        templates,
        numbers: [
          { id: number, display_phone_number: '+1 555-078-3881', verified_name: 'Alpaca & Oak', ...base },
          ...(this.fresh
            ? []
            : [{ id: '2', display_phone_number: '+49 40 66969 310', verified_name: 'Hamburg showroom', ...base }]),
        ],
      },
    ]
  }

  #chat(wa_id, id) {
    const key = `${wa_id}/${id}`
    if (!this.chats.has(key)) this.chats.set(key, [])
    return this.chats.get(key)
  }

  #changed(wa_id, phone_number_id) {
    this.stream.send({ kind: 'chat', wa_id, phone_number_id })
  }

  #say(level, said, at = new Date().toISOString()) {
    const item = { no: this.log.length + 1, at, kind: 'accepted', level, text: said }
    this.log.unshift(item)
    this.stream.send({ kind: 'log', item })
  }

  #upload(request, body) {
    const boundary = `--${/boundary=(.*)$/.exec(request.headers['content-type'])[1]}`
    const headEnd = body.indexOf('\r\n\r\n')
    const head = body.subarray(0, headEnd).toString()
    const bytes = body.subarray(headEnd + 4, body.lastIndexOf(boundary) - 2)
    const mime_type = /content-type: (.*)/i.exec(head)?.[1].trim() ?? 'application/octet-stream'
    const id = `up${this.media.size}`
    this.media.set(id, { bytes, mime_type })
    return {
      id,
      mime_type,
      sha256: 'x',
      file_size: bytes.length,
      filename: /filename="(.*?)"/.exec(head)?.[1] ?? 'file',
    }
  }

  async #inbound({ phone_number_id, from, message, name }, answer) {
    const chat = this.#chat(from, phone_number_id)
    if (message.type === 'reaction') {
      const target = chat.find(item => item.id === message.reaction.message_id)
      if (target) target.reaction = message.reaction.emoji || null
      this.#changed(from, phone_number_id)
      return answer(202, { wamid: wamid() })
    }
    const item = this.#item('in', message, new Date(), 'pending')
    item.reply_to = message.context?.id ?? null
    chat.push(item)
    answer(202, { wamid: item.id })
    this.#changed(from, phone_number_id)
    await wait(60)
    item.status = 'delivered'
    this.#say('ok', 'Webhook answered 200, 9 ms')
    this.stream.send({ kind: 'typing', wa_id: from, phone_number_id })
    const contact = { wa_id: from, name: name ?? this.phones.find(one => one.wa_id === from)?.name ?? 'Somebody' }
    await wait(this.settings.latency_ms + 300)
    item.status = 'read'
    const replies = this.#answer(`${from}/${phone_number_id}`, message, contact, item)
    for (const reply of replies) {
      chat.push(this.#item('out', reply, new Date(), this.settings.read_at_once ? 'read' : 'delivered'))
      this.#say('ok', `${reply.type === 'interactive' ? 'Buttons' : 'Message'} accepted`)
      this.#changed(from, phone_number_id)
      await wait(150)
    }
  }

  #item(direction, message, at, status) {
    return { id: wamid(), direction, at: new Date(at).toISOString(), status, reply_to: null, reaction: null, message }
  }

  #answer(key, message, contact, item) {
    const body = message.text?.body ?? ''
    if (body === 'all') return everything
    const tapped =
      message.interactive?.button_reply?.title ?? message.interactive?.list_reply?.title ?? message.button?.text
    const stage = this.stages.get(key) ?? 'start'
    if (stage === 'start') {
      this.stages.set(key, 'name')
      this.api.turn(contact, item, 'ask_name', [text('What is your name?')])
      return [text('What is your name?')]
    }
    if (stage === 'name') {
      this.stages.set(key, 'menu')
      const reply = buttons(`Hello ${body}, how can we help?`, ['Opening hours', 'My order', 'A person'])
      this.api.turn(contact, item, 'menu', [reply], { name: body })
      return [reply]
    }
    this.stages.set(key, 'start')
    const reply = text(`You chose ${tapped ?? body}.`)
    this.api.turn(contact, item, 'bye', [reply], { choice: tapped ?? body })
    return [reply]
  }

  #canned() {
    this.phones.push(
      { wa_id: '4917604069118', name: 'Noor', hide_number: false },
      { wa_id: '4917604069119', name: 'Emre', hide_number: false },
    )
    const at = minutes => Date.now() - minutes * 60_000
    const picture = {
      type: 'image',
      image: { link: 'x', _url: '/_sim/media/armchair', caption: 'The Fjord armchair stands in our Hamburg showroom.' },
    }
    const ask = this.#item('out', buttons('Will you come by, Noor?', ['Book a visit', 'Opening hours']), at(4), 'read')
    const tap = this.#item(
      'in',
      interactive({ type: 'button_reply', button_reply: { id: 'b', title: 'Book a visit' } }),
      at(2),
      'delivered',
    )
    tap.reply_to = ask.id
    this.chats.set(`4917604069118/${number}`, [
      this.#item('in', text('Can I try the armchair first?'), at(4), 'read'),
      this.#item('out', picture, at(4), 'read'),
      ask,
      tap,
      this.#item('out', times, at(2), 'read'),
    ])
    this.chats.set(`4917604069119/${number}`, [
      this.#item('in', text('Book a visit'), at(3), 'read'),
      this.#item('out', times, at(3), 'read'),
    ])
    const said = [
      ['warn', 'Limited (131056), tried again', 128],
      ['ok', 'Picture accepted', 127],
      ['ok', 'Buttons accepted', 126],
      ['ok', 'Button tap delivered', 61],
      ['ok', 'Webhook answered 200, 9 ms', 61],
      ['ok', 'List accepted', 60],
    ]
    for (const [level, what, seconds] of said)
      this.#say(level, what, new Date(Date.now() - seconds * 1000).toISOString())
  }
}
