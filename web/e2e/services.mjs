// Services that bots reach through connections, as stand-ins over their real protocols: a mail server, a language model, and
// Google's sheets and files. They answer what a flow test says that they answer.
import { createServer } from 'node:http'
import { mailServer } from './mail.mjs'

/** Starts them. `connections`: what a connection for a component needs; `expect`: from here on they answer as this bot's test. */
export async function services() {
  const mail = await mailServer()
  let answers = {}
  const model = await listen(() => {
    const message = { role: 'assistant', content: answers.llm_conversation.shift().text }
    return { choices: [{ message, finish_reason: 'stop' }], usage: { prompt_tokens: 80, completion_tokens: 6 } }
  })
  const google = await listen(path => byGoogle(path, answers))
  const smtp = new URL(mail.url)
  const atGoogle = { kind: 'google', settings: { client_id: 'example', base_url: google.url } }
  return {
    mails: mail.mails,
    connections: {
      llm_conversation: { kind: 'openai', settings: { base_url: `${model.url}/v1` } },
      email: {
        kind: 'smtp',
        settings: { host: smtp.hostname, port: Number(smtp.port), security: 'none', from: 'shop@example.com' },
      },
      google_sheets: atGoogle,
      google_drive: atGoogle,
    },
    expect(bot) {
      answers = {}
      const type = id => bot.nodes.find(node => node.id === id)?.type
      for (const { answer } of bot.tests[0].steps.filter(step => step.answer?.node)) {
        const kind = type(answer.node)
        answers[kind] = [...(answers[kind] ?? []), answer.json]
      }
    },
    stop() {
      for (const one of [mail, model, google]) one.stop()
    },
  }
}

/** A sheet with the one row that is expected to be read, and a place for files. */
function byGoogle(path, answers) {
  if (path === '/token') {
    return { access_token: 'access', expires_in: 3600, refresh_token: 'refresh' }
  }
  if (path.startsWith('/upload/')) return { id: '1', webViewLink: answers.google_drive[0].link }
  const row = answers.google_sheets[0].row
  const cells = decodeURIComponent(path).split('!')[1]
  const [from, to] = cells.split(':')
  const letter = from[0].charCodeAt(0) - 'A'.charCodeAt(0)
  if (/\d$/.test(to)) return { values: [from.endsWith('1') ? Object.keys(row) : Object.values(row)] }
  return { values: [[Object.values(row)[letter]]] }
}

async function listen(answer) {
  const server = createServer(async (request, response) => {
    const parts = await request.toArray()
    response.setHeader('content-type', 'application/json')
    try {
      response.end(JSON.stringify(answer(request.url, Buffer.concat(parts).toString())))
    } catch (error) {
      console.log(`      a stand-in was asked for ${request.url}: ${error.message}`)
      response.statusCode = 400
      response.end(JSON.stringify({ error: { message: 'the stand-in does not know that' } }))
    }
  })
  server.listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() }
}
