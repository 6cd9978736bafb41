// Fills a running demo with a believable shop: numbers in every state, conversations of every kind, people, requests.
//   node dev/tour/fill.mjs --app-url … --phone-url … --email … --password … [--database …/chasqui.db]
// With the database, the hours before now get made-up counts too; that needs the command sqlite3.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import * as bots from './bots.mjs'
import { Client, until } from './client.mjs'

const { values: options } = parseArgs({
  options: Object.fromEntries(
    ['app-url', 'phone-url', 'email', 'password', 'database'].map(name => [name, { type: 'string' }]),
  ),
})
const client = new Client(options['app-url'].replace(/\/$/, ''), new URL(options['phone-url']).origin)
await client.logIn(options.email, options.password)

/** The shop's own order system. */
const orderSystem = createServer((request, response) => {
  const known = /AO-\d{4}$/.test(request.url)
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify(known ? { state: 'in transit', carrier: 'Parcel One', weight_kg: 4.2 } : {}))
}).listen(0, '127.0.0.1')
await new Promise(done => orderSystem.once('listening', done))

const days = count => count * 86_400
const secret = '5b1f0c8e2a7d4936b0e1c2d3f4a59687'
const app_id = '481520077310942'
const business_account_id = '108833512907744'
const number = (id, display_phone_number, verified_name = 'Alpaca & Oak', quality_rating = 'GREEN') => ({
  id,
  display_phone_number,
  verified_name,
  quality_rating,
  throughput: 'STANDARD',
})
/** A system user's: it is not exchanged, so that its end stays where it is put. */
const token = (token, expires_in) => ({ token, type: 'SYSTEM_USER', expires_in })
const template = (name, category, status, text, language = 'en') => ({
  name,
  language,
  category,
  status,
  components: [{ type: 'BODY', text }],
})

const support = '106540352240014'
const orders = '106540352240022'
const hamburg = '106540352240310'
const munich = '106540352240207'
const london = '106540352240112'
const spring = '106540352240455'
const spare = '106540352240990'
const business = {
  app_id,
  app_secret: secret,
  business_account_id,
  numbers: [
    number(support, '+49 30 23125 014'),
    number(orders, '+49 30 23125 022'),
    number(hamburg, '+49 40 66969 310'),
    number(munich, '+49 89 99998 207'),
    number(london, '+44 20 7946 0112', 'Alpaca & Oak London'),
    number(spring, '+49 221 4710 455'),
    number(spare, '+44 20 7946 0188', 'Lent number'),
  ],
  tokens: [
    token('EAAsystem'),
    token('EAAnine', days(9)),
    token('EAAhamburg'),
    token('EAAmunich', days(54)),
    token('EAAspring', days(31)),
  ],
  templates: [
    template('reopen', 'UTILITY', 'APPROVED', 'Hello {{1}}, shall we go on where we stopped?'),
    template('wieder_da', 'UTILITY', 'APPROVED', 'Guten Tag {{1}}, machen wir weiter?', 'de'),
    template('order_ready', 'UTILITY', 'APPROVED', 'Hello {{1}}, your order {{2}} is ready at the counter.'),
    template('spring_sale', 'MARKETING', 'PENDING', 'Spring is here. Everything woollen is a fifth off.'),
    template('flash_deal', 'MARKETING', 'REJECTED', 'ONLY TODAY'),
  ],
}
await client.control('/businesses', business)

await client.patch('/api/v1/account', {
  name: 'Alpaca & Oak',
  language: 'en',
  time_zone: 'Europe/Berlin',
  retention_days: 180,
})
await client.patch('/api/v1/me', { name: 'Mara Reyes' })

async function bot(definition, publish = true) {
  const { id } = await client.post('/api/v1/bots', { definition })
  if (publish) await client.post(`/api/v1/bots/${id}/publish`)
  return id
}
const made = {
  orders: await bot(bots.orders(`http://127.0.0.1:${orderSystem.address().port}`)),
  appointments: await bot(bots.appointments),
  support: await bot(bots.support),
  shop: await bot(bots.shop),
  survey: await bot(bots.survey),
  ideas: await bot(bots.ideas, false),
}

const settings = {
  error_alerts: { enabled: true, emails: ['mara@alpaca-oak.example'] },
  expiry: { enabled: true, after_seconds: 86_400 },
  template: { name: 'reopen', language: 'en', parameters: ['{contact.name}'] },
  recipients: { mode: 'everyone' },
}
let verify = 0
async function integration(name, bot_id, phone_number_id, access_token, more = {}) {
  verify += 1
  const { id } = await client.post('/api/v1/integrations', {
    type: 'whatsapp_business',
    name,
    bot_id,
    active: true,
    credentials: {
      business_account_id,
      phone_number_id,
      app_id,
      app_secret: secret,
      access_token,
      verify_token: `a-long-random-string-${verify}`,
    },
    settings,
    ...more,
  })
  await client.post(`/api/v1/integrations/${id}/register_webhook`, { replace: false })
  return id
}

const lent = await client.post('/api/v1/installation/numbers', {
  credentials: { business_account_id, phone_number_id: london, app_id, app_secret: secret, access_token: 'EAAsystem' },
})
await client.post('/api/v1/installation/numbers', {
  credentials: { business_account_id, phone_number_id: spare, app_id, app_secret: secret, access_token: 'EAAsystem' },
})
const ids = {
  support: await integration('Main support line', made.support, support, 'EAAsystem'),
  orders: await integration('Order updates', made.orders, orders, 'EAAnine'),
  hamburg: await integration('Hamburg showroom', made.appointments, hamburg, 'EAAhamburg'),
  munich: await integration(null, made.appointments, munich, 'EAAmunich'),
  spring: await integration('Spring survey', made.survey, spring, 'EAAspring'),
}
const store = await client.post('/api/v1/integrations', {
  type: 'whatsapp_business',
  name: 'London store',
  bot_id: made.shop,
  active: true,
  managed: true,
  settings,
})
ids.london = store.id
await client.post(`/api/v1/integrations/${ids.london}/register_webhook`, { replace: false })
for (const id of Object.values(ids)) await client.post(`/api/v1/integrations/${id}/templates/sync`)

const people = {
  jonas: ['4917604069118', 'Jonas Weber'],
  amira: ['4915902144551', 'Amira Saleh'],
  lotte: ['4917733190022', 'Lotte Brandt'],
  petr: ['420603112847', 'Petr Kolář'],
  nadia: ['33612874410', 'Nadia Diallo'],
  tomas: ['34655201983', 'Tomás Ferrer'],
  greta: ['4915115530276', 'Greta Hansen'],
  ilse: ['4916098812740', 'Ilse Maier'],
  noor: ['447700900461', 'Noor Aziz'],
}
for (const [wa_id, name] of Object.values(people)) await client.control('/phones', { wa_id, name })
await client.control('/phones', { wa_id: '491729925904', name: '', hide_number: true })

/** One contact's visit, in order. */
const visit = async (number, [wa_id, name], ...steps) => {
  for (const step of steps) {
    if (step.tap) await client.tap(number, wa_id, name, step.tap)
    else if (step.says) await client.said(number, wa_id, step.says)
    else await client.write(number, wa_id, name, step)
  }
}
await Promise.all([
  visit(
    orders,
    people.jonas,
    'Hello, when does my order come?',
    { tap: 'Track my parcel' },
    { says: 'order number' },
    'AO-2257',
    { says: 'on its way' },
  ),
  visit(
    orders,
    people.amira,
    'I got the wrong chair',
    { tap: 'Talk to a person' },
    { says: 'One moment' },
    'It is the blue one, I ordered green',
  ),
  visit(munich, people.lotte, 'I would like to come by', { says: 'Which day' }),
  visit(support, people.nadia, 'Good morning', { says: 'what is it about' }, 'The invoice of last week', {
    says: 'ticket',
  }),
  visit(orders, people.tomas, 'Hi', { tap: 'Track my parcel' }, { says: 'order number' }, 'my order', {
    says: 'do not know',
  }),
  visit(munich, people.greta, 'Appointment please', { tap: 'Thursday' }, { tap: '11:00' }, { says: 'Booked' }),
  visit(support, people.ilse, 'Hello', { says: 'what is it about' }),
  visit(london, people.noor, 'Do you have the Fjord armchair?', { says: 'looking for' }, 'An armchair', {
    says: 'London store',
  }),
  visit(spring, people.ilse, 'Hello', { says: 'workshop' }),
])
await visit(
  orders,
  people.nadia,
  'One more thing about the parcel',
  { tap: 'Talk to a person' },
  { says: 'One moment' },
)
const { items: open } = await client.get('/api/v1/conversations?status=with_people')
const taken = open.find(one => one.contact.name === 'Nadia Diallo')
await client.post(`/api/v1/conversations/${taken.id}/take_over`)
await client.post(`/api/v1/conversations/${taken.id}/messages`, {
  text: 'Hello Nadia, I have moved the delivery to Friday.',
})

// What goes wrong: one message to a number without WhatsApp, and a token that Meta takes no more.
await client.control('/faults', { route: 'messages', phone_number_id: support, fault: { code: 131026 }, times: 1 })
await visit(support, people.petr, 'Is anybody there?')
await until('a message has failed', async () =>
  (await client.get('/api/v1/events')).items.some(one => one.graph_code === 131026),
)
await visit(hamburg, people.lotte, 'Is the showroom open today?', { says: 'Which day' })
const ended = business.tokens.map(one => (one.token === 'EAAhamburg' ? token('EAAhamburg', 0) : one))
await client.control('/businesses', { ...business, tokens: ended })
await visit(hamburg, people.tomas, 'I would like to see the sofa')
await visit(hamburg, people.greta, 'Hi')
await visit(hamburg, people.jonas, 'Hello')
await until('Hamburg fails', async () => (await client.get(`/api/v1/integrations/${ids.hamburg}`)).health === 'failing')
await client.post(`/api/v1/integrations/${ids.spring}/deactivate`)
await visit(spring, people.greta, 'It was lovely')

await client.post('/api/v1/invitations', { email: 'jo@alpaca-oak.example', role: 'builder' })
await client.post('/api/v1/api_tokens', {
  name: 'Warehouse',
  role: 'builder',
  scopes: ['messages:write', 'contacts:read'],
})
await client.post('/api/v1/api_tokens', {
  name: 'Monthly report',
  role: 'viewer',
  scopes: [],
  expires_at: new Date(Date.now() + days(90) * 1000).toISOString(),
})
await client.post('/api/v1/number_requests', { note: 'A number for the pop-up store in Leeds, from March.' })
for (const id of Object.values(ids)) await client.post(`/api/v1/integrations/${id}/diagnose`).catch(() => {})

if (options.database) {
  const shape = [1, 1, 1, 1, 2, 3, 6, 12, 22, 34, 38, 35, 30, 33, 37, 35, 30, 28, 24, 20, 15, 9, 5, 2]
  const scale = { support: 1, orders: 0.6, hamburg: 0.35, munich: 0.15, london: 0.5, spring: 0.03 }
  const hour = 3_600_000
  const { items } = await client.get('/api/v1/integrations')
  const rows = items.flatMap(one => {
    const key = Object.keys(ids).find(name => ids[name] === one.id)
    return shape.slice(0, 23).map((weight, index) => {
      const start = Math.floor(Date.now() / hour) - 23 + index
      const wave = 0.8 + 0.4 * Math.abs(Math.sin(index * 7.3 + one.id.charCodeAt(9)))
      const count = Math.round(weight * wave * (scale[key] ?? 0.1))
      const errors = (key === 'munich' && index === 9) || (key === 'hamburg' && index > 20) ? 2 : 0
      return `(x'${one.id.slice(4)}', ${start}, ${one.active ? count : 0}, ${errors}, ${one.active ? 0 : count})`
    })
  })
  execFileSync('sqlite3', [
    '-cmd',
    '.timeout 5000',
    options.database,
    `INSERT OR IGNORE INTO integration_hour VALUES ${rows.join(',')};`,
  ])
}
orderSystem.close()
console.log(JSON.stringify({ ids, bots: made, lent: lent.id }))
