import { data, hours } from './data.mjs'
import { Stream } from './stream.mjs'

const problem = (status, title) => ({ type: 'about:blank', title, status, detail: title })
const now = () => new Date().toISOString()

/** The engine's form of what the menu bot sends. */
function content(message) {
  if (message.type === 'text') return { type: 'text', body: message.text.body }
  const { body, action } = message.interactive
  return { type: 'buttons', body: body.text, buttons: action.buttons.map(({ reply }) => reply) }
}

function received({ message }) {
  const reply = message.interactive?.button_reply
  if (reply) return { type: 'button_reply', ...reply }
  return { type: 'text', body: message.text?.body ?? message.type }
}

const labels = { ask_name: 'Ask the name', menu: 'Menu', bye: 'Goodbye' }
const types = { ask_name: 'question_text', menu: 'question_buttons', bye: 'end' }
const said = one => one.body ?? one.title

export class Api {
  stream = new Stream()
  sessions = new Set()

  constructor({ fresh }) {
    Object.assign(this, data(fresh))
    this.details = new Map(
      this.conversations.map(({ detail, ...one }) => [one.id, detail ?? { messages: [], turns: [] }]),
    )
    for (const one of this.conversations) delete one.detail
  }

  route(request, url, body, answer, response) {
    const path = url.pathname.replace('/api/v1', '')
    const [, noun, id, sub, n] = path.split('/')
    const key = `${request.method} ${noun}`
    if (key === 'POST session') {
      if (body.password === 'not the password')
        return answer(401, problem(401, 'Wrong e-mail or password'), 'application/problem+json')
      response.setHeader('set-cookie', 'session=1; Path=/; HttpOnly')
      return answer(200, this.me)
    }
    if (key === 'DELETE session') {
      response.setHeader('set-cookie', 'session=; Path=/; Max-Age=0')
      return answer(204)
    }
    if (!request.headers.cookie?.includes('session=1'))
      return answer(401, problem(401, 'Not logged in'), 'application/problem+json')
    if (key === 'GET me') return answer(200, this.me)
    if (key === 'GET stream') return this.stream.add(response)
    const missing = () => answer(404, problem(404, 'There is no such thing'), 'application/problem+json')
    if (noun === 'integrations') {
      if (!id) return answer(200, { items: this.integrations, next: null })
      const one = this.integrations.find(one => one.id === id)
      if (!one) return missing()
      if (sub) {
        one.active = sub === 'activate'
        one.active_since = now()
        this.stream.send({ kind: 'integration', id, integration_id: id })
      }
      return answer(200, one)
    }
    if (noun === 'bots') {
      if (!id) return answer(200, { items: this.bots, next: null })
      const one = this.bots.find(one => one.id === id)
      if (!one) return missing()
      if (sub === 'draft') return answer(200, { revision: one.revision, definition: this.definition })
      if (sub === 'versions' && n)
        return answer(200, { version: Number(n), published_at: one.published_at, definition: this.definition })
      if (sub === 'versions') {
        const items = Array.from({ length: one.version ?? 0 }, (_, i) => ({
          version: one.version - i,
          published_at: new Date(new Date(one.published_at).getTime() - i * 9 * 86_400_000).toISOString(),
        }))
        return answer(200, { items, next: null })
      }
      return answer(200, one)
    }
    if (noun === 'conversations') {
      if (!id) return answer(200, { items: this.#listed(url.searchParams), next: null })
      const one = this.conversations.find(one => one.id === id)
      if (!one) return missing()
      const detail = this.details.get(id)
      if (sub) return answer(200, { items: detail[sub], next: null })
      return answer(200, { ...one, variables: detail.variables ?? {} })
    }
    missing()
  }

  #listed(query) {
    const status = query.get('status')
    const q = (query.get('q') ?? '').toLowerCase()
    return this.conversations
      .filter(one => {
        const tab = one.status === 'ended' ? 'ended' : one.status === 'handed_off' ? 'with_people' : 'open'
        return status === tab || (status === 'open' && tab === 'with_people')
      })
      .filter(one => `${one.contact.name} ${one.contact.phone} ${one.last_message?.text}`.toLowerCase().includes(q))
      .filter(one => !query.get('integration_id') || one.integration.id === query.get('integration_id'))
      .sort((a, b) => (a.last_message_at < b.last_message_at ? 1 : -1))
  }

  /** The simulator's bot has taken a turn: the conversation, its messages and its trace follow. */
  turn(contact, item, node, replies, changed = {}) {
    let one = this.conversations.find(one => one.contact.phone === `+${contact.wa_id}` && one.status !== 'ended')
    if (!one) {
      const id = `cnv_${this.conversations.length + 1}`
      one = {
        id,
        status: 'waiting',
        end_reason: null,
        contact: { id: `con_${contact.wa_id}`, name: contact.name, phone: `+${contact.wa_id}` },
        integration: { id: 'int_1', name: this.integrations[0].name },
        bot: { id: 'bot_1', name: 'Menu', version: 1 },
        turns: 0,
        messages: 0,
        started_at: now(),
        ended_at: null,
      }
      this.conversations.push(one)
      this.details.set(id, { messages: [], turns: [], variables: {} })
    }
    const detail = this.details.get(one.id)
    one.turns += 1
    const add = (direction, author, body, status) => {
      const message = {
        id: `msg_${one.id}_${detail.messages.length + 1}`,
        no: detail.messages.length + 1,
        direction,
        author,
        type: body.type,
        content: body,
        status,
        error: null,
        turn: one.turns,
        reply_to: null,
        chosen: null,
        at: now(),
        sent_at: null,
        delivered_at: null,
        read_at: null,
      }
      detail.messages.push(message)
      return message
    }
    const came = received(item)
    if (came.type === 'button_reply') detail.messages.at(-1).chosen = came.title
    const ids = [
      add('in', 'contact', came, 'received').id,
      ...replies.map(reply => add('out', 'bot', content(reply), 'read').id),
    ]
    Object.assign(detail.variables, changed)
    const visits = [
      { node, label: labels[node], component: types[node], port: null, detail: null, warnings: [], error: null },
    ]
    if (node !== 'ask_name') {
      const before = node === 'menu' ? 'ask_name' : 'menu'
      visits.unshift({
        ...visits[0],
        node: before,
        label: labels[before],
        component: types[before],
        port: node === 'menu' ? 'next' : 'option:order',
        detail: `Got “${said(came)}”`,
      })
    }
    detail.turns.push({
      no: one.turns,
      cause: one.turns === 1 ? 'message' : 'answer',
      at: now(),
      duration_us: 412,
      visits,
      calls: [],
      changed,
      messages: ids,
    })
    one.messages = detail.messages.length
    one.last_message_at = now()
    one.expires_at = one.window_closes_at = new Date(Date.now() + 86_400_000).toISOString()
    one.last_message = {
      direction: 'out',
      author: 'bot',
      type: 'text',
      text: said(detail.messages.at(-1).content),
      status: 'read',
    }
    if (node === 'bye') Object.assign(one, { status: 'ended', end_reason: 'finished', ended_at: now() })
    const integration = this.integrations[0]
    integration.messages_24h += ids.length
    integration.last_activity_at = now()
    integration.hours = hours([
      ...integration.hours.slice(0, -1).map(h => h.messages),
      integration.hours.at(-1).messages + ids.length,
    ])
    this.stream.send({ kind: 'conversation', id: one.id, integration_id: 'int_1' })
  }
}
