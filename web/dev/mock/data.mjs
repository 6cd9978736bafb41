// What the mock API knows at the start. `fresh` is what a newcomer sees: one bot, one number, nothing said yet.
const minute = 60_000
const day = 1440 * minute
const before = ms => new Date(Date.now() - ms).toISOString()
const after = ms => new Date(Date.now() + ms).toISOString()

export const hours = (messages, errors = {}) =>
  messages.map((count, index) => ({ messages: count, errors: errors[index] ?? 0 }))

const busy = [3, 2, 1, 1, 2, 5, 12, 20, 31, 44, 40, 35, 30, 38, 46, 42, 36, 29, 22, 18, 15, 11, 9, 8]
const thin = [2, 1, 1, 2, 4, 6, 9, 14, 18, 12, 9, 8, 7, 9, 11, 12, 9, 6, 4, 3, 9, 8, 8, 2]
const gone = [0, 0, 0, 0, 0, 0, 0, 2, 3, 1, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0]
const empty = Array(24).fill(0)

export const definition = {
  format: 1,
  name: 'Menu',
  start: 'ask_name',
  settings: { restart_words: ['restart'], language: 'en' },
  variables: { name: 'text', choice: 'text' },
  nodes: [
    { id: 'ask_name', type: 'question_text', text: 'What is your name?', save_as: 'name', ports: { next: 'menu' } },
    {
      id: 'menu',
      type: 'question_buttons',
      text: 'Hello {name}, how can we help?',
      save_as: 'choice',
      buttons: [
        { id: 'hours', label: 'Opening hours' },
        { id: 'order', label: 'My order' },
        { id: 'person', label: 'A person' },
      ],
      ports: { 'option:hours': 'bye', 'option:order': 'bye', 'option:person': 'bye' },
    },
    { id: 'bye', type: 'end', text: 'You chose {choice}.' },
  ],
}

let integrationCount = 0
function integration(name, number, bot, more) {
  const id = `int_${++integrationCount}`
  const strip = more.hours ?? hours(empty)
  return {
    id,
    type: 'whatsapp_business',
    name,
    active: true,
    active_since: before(120 * day),
    health: 'ok',
    health_reason: null,
    bot,
    phone: {
      display_phone_number: number,
      verified_name: name ?? 'Alpaca & Oak',
      quality_rating: 'GREEN',
      throughput_level: 'STANDARD',
    },
    last_activity_at: before(4 * minute),
    messages_24h: strip.reduce((sum, hour) => sum + hour.messages, 0),
    errors_24h: strip.reduce((sum, hour) => sum + hour.errors, 0),
    ignored_24h: 0,
    held: 0,
    credentials: {
      business_account_id: '102290129340398',
      phone_number_id: '106540352242922',
      app_id: '670843887433847',
      version: 'v21.0',
      app_secret_last4: '3f9c',
      token: { kind: 'system_user', expires_at: null, scopes: ['whatsapp_business_messaging'] },
    },
    settings: {
      error_alerts: { enabled: true, emails: ['ops@alpaca-oak.example'] },
      expiry: { enabled: true, after_seconds: 86_400 },
      template: { name: 'reopen', language: 'en', parameters: ['{contact.name}'] },
      recipients: { mode: 'everyone' },
    },
    webhook: {
      callback_url: `https://bots.alpaca-oak.example/webhooks/whatsapp/${id}`,
      verified_at: before(200 * day),
      last_delivery_at: before(4 * minute),
    },
    created_at: before(200 * day),
    updated_at: before(3 * day),
    ...more,
    hours: strip,
  }
}

const token = (kind, days) => ({
  credentials: {
    business_account_id: '102290129340398',
    phone_number_id: '106540352242922',
    app_id: '670843887433847',
    version: 'v21.0',
    app_secret_last4: '3f9c',
    token: { kind, expires_at: days === null ? null : after(days * day + 3_600_000), scopes: [] },
  },
})

function integrations() {
  const bot = (id, name, version) => ({ id, name, version })
  return [
    integration('Order updates', '+49 30 23125 022', bot('bot_2', 'Order tracking', 5), {
      health: 'warning',
      health_reason: 'The access token ends in 9 days. Enter a new one, or a system-user token, which never ends.',
      hours: hours(busy.map(n => Math.round(n / 2))),
      last_activity_at: before(2000),
      ...token('long_lived', 9),
    }),
    integration('Hamburg showroom', '+49 40 66969 310', bot('bot_3', 'Appointments', 3), {
      health: 'failing',
      health_reason:
        'Meta has refused the access token since 09:12 (error 190). 14 replies are held until there is a new one.',
      held: 14,
      hours: hours(thin, { 20: 6, 21: 5, 22: 3 }),
      last_activity_at: before(40_000),
      webhook: {
        callback_url: 'https://bots.alpaca-oak.example/webhooks/whatsapp/int_2',
        verified_at: before(200 * day),
        last_delivery_at: before(40_000),
      },
      ...token('long_lived', 31),
    }),
    integration('Main support line', '+49 30 23125 014', bot('bot_4', 'Support desk', 12), {
      hours: hours(busy.map(n => Math.round(n * 1.6))),
      last_activity_at: before(minute),
    }),
    integration(null, '+49 89 99998 207', bot('bot_3', 'Appointments', 3), {
      hours: hours(
        thin.map(n => Math.round(n / 2)),
        { 9: 2 },
      ),
      last_activity_at: before(18 * minute),
      ...token('long_lived', 54),
    }),
    integration('London store', '+44 20 7946 0112', bot('bot_5', 'Shop assistant', 7), {
      hours: hours([...busy].reverse()),
      settings: { recipients: { mode: 'only', numbers: ['+4420794601'] } },
    }),
    integration('Spring survey', '+49 221 4710 455', bot('bot_6', 'Survey', 2), {
      active: false,
      active_since: before(169 * day),
      ignored_24h: 10,
      messages_24h: 0,
      hours: hours(gone),
      last_activity_at: before(169 * day),
      ...token('long_lived', 31),
    }),
  ]
}

const bot = (id, name, version, more = {}) => ({
  id,
  name,
  revision: 7,
  version,
  published_at: version ? before(12 * day) : null,
  created_at: before(90 * day),
  updated_at: before(26 * minute),
  changed_since_publish: false,
  integrations: [],
  ...more,
})

const contact = (name, phone) => ({ id: `con_${phone}`, name, phone })

function talk(id, who, minutes, last, more = {}) {
  return {
    id,
    status: 'waiting',
    end_reason: null,
    contact: who,
    integration: { id: 'int_1', name: 'Order updates' },
    bot: { id: 'bot_2', name: 'Order tracking', version: 5 },
    turns: 3,
    messages: 7,
    started_at: before((minutes + 3) * minute),
    last_message_at: before(minutes * minute),
    last_message: { direction: 'out', author: 'bot', type: 'text', status: 'delivered', ...last },
    window_closes_at: after(day - minutes * minute),
    expires_at: after(day - minutes * minute),
    ended_at: null,
    ...more,
  }
}

function jonas() {
  let no = 0
  const message = (direction, content, turn, ago, status = 'received', more = {}) => ({
    id: `msg_j${++no}`,
    no,
    direction,
    author: direction === 'in' ? 'contact' : 'bot',
    type: content.type,
    content,
    status,
    error: null,
    turn,
    reply_to: null,
    chosen: null,
    at: before(ago * minute),
    sent_at: null,
    delivered_at: null,
    read_at: null,
    ...more,
  })
  const text = body => ({ type: 'text', body })
  const menu = [
    { id: '1', title: 'Track my parcel' },
    { id: '2', title: 'Opening hours' },
    { id: '3', title: 'Talk to a person' },
  ]
  const messages = [
    message('in', text('Hello, when does my order come?'), 1, 4),
    message(
      'out',
      { type: 'buttons', body: 'Hello Jonas, how can we help with your order?', buttons: menu },
      1,
      4,
      'read',
      { chosen: 'Track my parcel' },
    ),
    message('in', { type: 'button_reply', id: '1', title: 'Track my parcel' }, 2, 3),
    message('out', text('Please type your order number, for example AO-2231.'), 2, 3, 'read'),
    message('in', text('AO-2257'), 3, 1),
    message('out', text('Your parcel is on its way. It should arrive on .'), 3, 1, 'delivered'),
    message('out', text('Track it here: https://alpaca-oak.example/t/2257'), 3, 1, 'sent'),
  ]
  const visit = (node, label, component, port, detail, more = {}) => ({
    node,
    label,
    component,
    port,
    detail,
    warnings: [],
    error: null,
    ...more,
  })
  const turns = [
    {
      no: 1,
      cause: 'message',
      at: before(4 * minute),
      duration_us: 318,
      calls: [],
      changed: {},
      messages: ['msg_j1', 'msg_j2'],
      visits: [visit('hello', 'Greeting', 'question_buttons', null, null)],
    },
    {
      no: 2,
      cause: 'answer',
      at: before(3 * minute),
      duration_us: 290,
      calls: [],
      changed: { topic: 'Track my parcel' },
      messages: ['msg_j3', 'msg_j4'],
      visits: [
        visit('hello', 'Greeting', 'question_buttons', 'option:track', 'Got “Track my parcel”, saved as topic'),
        visit('ask', 'Ask for number', 'question_text', null, null),
      ],
    },
    {
      no: 3,
      cause: 'answer',
      at: before(minute),
      duration_us: 412_000,
      calls: [
        {
          node: 'look_up',
          kind: 'http',
          summary: 'GET /orders/AO-2257',
          status: 'done',
          result: '200, 1.4 kB, first try',
          duration_ms: 318,
        },
      ],
      changed: { order_number: 'AO-2257', 'order.state': 'in transit' },
      messages: ['msg_j5', 'msg_j6', 'msg_j7'],
      visits: [
        visit('ask', 'Ask for number', 'question_text', 'next', 'Got “AO-2257”, saved as order_number'),
        visit('look_up', 'Look up order', 'api_request', 'status:200', null),
        visit('delivered', 'Already delivered?', 'formula', 'false', 'IsEqual(order.state, "delivered")'),
        visit('status', 'Parcel status', 'question_text', null, '2 messages accepted by Meta, in order', {
          warnings: ['There is no variable {eta}, so nothing was put in its place.'],
        }),
      ],
    },
  ]
  return {
    messages,
    turns,
    variables: { order_number: 'AO-2257', 'order.state': 'in transit', topic: 'Track my parcel' },
  }
}

/** One conversation with every kind of message in it. */
function everything() {
  let no = 0
  const messages = [
    ['in', { type: 'image', id: 'x', mime_type: 'image/jpeg', caption: 'This is the one' }],
    ['out', { type: 'text', body: 'Thank you. *Marks*, _slanted_, ~gone~, `code`.' }, { author: 'person' }],
    ['in', { type: 'audio', id: 'x', mime_type: 'audio/ogg; codecs=opus', voice: true }],
    ['in', { type: 'location', latitude: 53.55, longitude: 9.99, name: 'Rathaus', address: 'Rathausmarkt 1, Hamburg' }],
    [
      'out',
      {
        type: 'list',
        body: 'Which time suits you?',
        button: 'Choose a time',
        sections: [
          {
            title: 'Morning',
            rows: [
              { id: 'a', title: '09:30' },
              { id: 'b', title: '11:00' },
            ],
          },
        ],
      },
      { chosen: '11:00' },
    ],
    ['in', { type: 'list_reply', id: 'b', title: '11:00', description: 'With Lena' }, { reply_to: 'msg_e5' }],
    [
      'out',
      {
        type: 'document',
        source: { link: 'https://alpaca-oak.example/invoice.pdf' },
        filename: 'Invoice 2257.pdf',
        caption: 'Your invoice',
      },
    ],
    [
      'out',
      {
        type: 'cta_url',
        body: 'See the collection.',
        display_text: 'Open the shop',
        url: 'https://alpaca-oak.example',
      },
    ],
    ['out', { type: 'template', name: 'reopen', language: 'en', body: [{ value: { text: 'Petr' } }] }],
    [
      'in',
      {
        type: 'contacts',
        contacts: [{ name: { formatted_name: 'Lena Fjord' }, phones: [{ phone: '+49 176 04069 101' }] }],
      },
    ],
    ['in', { type: 'reaction', message_id: 'x', emoji: '👍' }],
    ['in', { type: 'unknown', kind: 'poll', raw: {} }],
    [
      'out',
      { type: 'text', body: 'Shall we deliver on Friday?' },
      {
        status: 'failed',
        error: {
          code: 131047,
          message: 'The 24-hour window closed at 14:20. Send a template, or wait until Petr writes.',
        },
      },
    ],
  ].map(([direction, content, more]) => ({
    id: `msg_e${++no}`,
    no,
    direction,
    author: direction === 'in' ? 'contact' : 'bot',
    type: content.type,
    content,
    status: direction === 'in' ? 'received' : 'read',
    error: null,
    turn: null,
    reply_to: null,
    chosen: null,
    at: before((60 - no) * minute),
    ...more,
  }))
  return { messages, turns: [], variables: {} }
}

function conversations() {
  return [
    talk(
      'cnv_jonas',
      contact('Jonas W.', '+4917604069118'),
      1,
      { text: 'Track it here: alpaca-oak.example/t/2257' },
      { detail: jonas() },
    ),
    talk(
      'cnv_amira',
      contact('Amira S.', '+4917604069120'),
      2,
      { text: 'A colleague takes over.' },
      { status: 'handed_off' },
    ),
    talk('cnv_lotte', contact('Lotte B.', '+4917604069121'), 4, { text: 'Which day suits you best?' }),
    talk(
      'cnv_petr',
      contact('Petr K.', '+420601234567'),
      7,
      { text: 'window closed', status: 'failed' },
      { detail: everything(), window_closes_at: null },
    ),
    talk('cnv_nobody', contact(null, '+491729925904'), 15, {
      direction: 'in',
      author: 'contact',
      type: 'image',
      text: '',
    }),
    talk(
      'cnv_nadia',
      contact('Nadia D.', '+4917604069122'),
      23,
      { author: 'person', text: 'I have moved it to Friday.' },
      { status: 'handed_off' },
    ),
    talk('cnv_tomas', contact('Tomás F.', '+4917604069123'), 28, { text: 'Please type your order number.' }),
    talk('cnv_greta', contact('Greta H.', '+4917604069124'), 36, { text: 'Thank you, Greta.' }),
    talk('cnv_ilse', contact('Ilse M.', '+4917604069125'), 47, {
      direction: 'in',
      author: 'contact',
      type: 'audio',
      text: '',
    }),
    talk(
      'cnv_old',
      contact('Bruno T.', '+4917604069126'),
      3000,
      { text: 'Goodbye, Bruno.' },
      { status: 'ended', end_reason: 'finished', ended_at: before(3000 * minute), expires_at: null },
    ),
  ]
}

export function data(fresh) {
  integrationCount = 0
  const account = { id: 'acc_1', name: 'Alpaca & Oak', role: 'admin' }
  const me = {
    user: { id: 'usr_1', email: 'mara@alpaca-oak.example', name: 'Mara R.' },
    account,
    accounts: [account],
    installation: {
      version: '0.1.0',
      phone_url: '/phone/',
      public_url: 'https://bots.alpaca-oak.example',
      demo: fresh,
    },
  }
  if (fresh) {
    const only = integration(
      'Demo line',
      '+1 555-078-3881',
      { id: 'bot_1', name: 'Menu', version: 1 },
      {
        last_activity_at: null,
        webhook: {
          callback_url: 'http://127.0.0.1:8080/webhooks/whatsapp/int_1',
          verified_at: before(2000),
          last_delivery_at: null,
        },
      },
    )
    const menu = bot('bot_1', 'Menu', 1, { integrations: [{ id: 'int_1', name: 'Demo line', active: true }] })
    return { me, definition, integrations: [only], bots: [menu], conversations: [] }
  }
  const on = (id, name) => [{ id, name, active: true }]
  const bots = [
    bot('bot_2', 'Order tracking', 5, { integrations: on('int_1', 'Order updates'), changed_since_publish: true }),
    bot('bot_3', 'Appointments', 3, {
      integrations: [...on('int_2', 'Hamburg showroom'), ...on('int_4', '+49 89 99998 207')],
      updated_at: before(5 * day),
    }),
    bot('bot_4', 'Support desk', 12, {
      integrations: on('int_3', 'Main support line'),
      updated_at: before(3 * 60 * minute),
    }),
    bot('bot_5', 'Shop assistant', 7, { integrations: on('int_5', 'London store'), updated_at: before(30 * day) }),
    bot('bot_6', 'Survey', 2, {
      integrations: [{ id: 'int_6', name: 'Spring survey', active: false }],
      updated_at: before(170 * day),
    }),
    bot('bot_7', 'Returns', null, { revision: 41, changed_since_publish: true }),
  ]
  return { me, definition, integrations: integrations(), bots, conversations: conversations() }
}
