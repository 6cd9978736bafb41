// A person's session at the server and the simulator's control, for scripts.
export class Client {
  cookie = ''

  constructor(app, sim) {
    this.app = app
    this.sim = sim
  }

  async logIn(email, password) {
    await this.post('/api/v1/session', { email, password })
    return this
  }

  async call(method, path, body) {
    const response = await fetch(this.app + path, {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: this.cookie,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
    })
    const set = response.headers.getSetCookie().map(one => one.split(';')[0])
    if (set.length > 0) this.cookie = set.join('; ')
    return answer(response, `${method} ${path}`)
  }

  get = path => this.call('GET', path)
  post = (path, body = {}) => this.call('POST', path, body)
  patch = (path, body) => this.call('PATCH', path, body)

  /** What the simulator is told to do. */
  async control(path, body, method = 'POST') {
    const response = await fetch(`${this.sim}/_sim${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    return answer(response, `${method} /_sim${path}`)
  }

  /** A contact writes to a number. */
  write = (number, from, name, message) =>
    this.control('/inbound', {
      phone_number_id: number,
      from,
      name,
      message: typeof message === 'string' ? { type: 'text', text: { body: message } } : message,
    })

  /** The last messages that a contact got from a number, newest first. */
  async chat(number, wa_id) {
    const { items } = await this.control(`/phones/${wa_id}/chats/${number}`, undefined, 'GET')
    return items.filter(one => one.direction === 'out').reverse()
  }

  /** Taps a button or a row by its label, once it is there. */
  async tap(number, from, name, label) {
    const option = await until(`${label} can be tapped`, async () => {
      for (const { id, message } of await this.chat(number, from)) {
        const action = message.interactive?.action
        const row = action?.sections?.flatMap(one => one.rows).find(one => one.title === label)
        if (row) return { type: 'list_reply', list_reply: { id: row.id, title: label }, context: { id } }
        const reply = action?.buttons?.map(one => one.reply).find(one => one.title === label)
        if (reply) return { type: 'button_reply', button_reply: reply, context: { id } }
      }
    })
    const { context, ...interactive } = option
    await this.write(number, from, name, { type: 'interactive', interactive, context })
  }

  /** Waits until a number has said something to a contact. */
  said = (number, wa_id, text) =>
    until(`“${text}” is said`, async () => {
      const [last] = await this.chat(number, wa_id)
      return last && JSON.stringify(last.message).includes(text) && last.status !== 'pending'
    })
}

async function answer(response, what) {
  const text = await response.text()
  if (!response.ok) throw new Error(`${what}: ${response.status} ${text}`)
  return text ? JSON.parse(text) : undefined
}

async function until(what, found, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise(done => setTimeout(done, 80))) {
    const value = await found()
    if (value) return value
  }
  throw new Error(`waited in vain until ${what}`)
}
