// A mail server that keeps what it is sent: real SMTP as far as a client needs it, and nothing more.
import { createServer } from 'node:net'

/** Starts one on a port of its own; `mails` fills up, `url` is what a server is told. */
export async function mailServer() {
  const mails = []
  const server = createServer(socket => session(socket, mails)).listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  const url = `smtp://127.0.0.1:${server.address().port}`
  return { mails, url, next: (about, seconds) => awaited(mails, about, seconds), stop: () => server.close() }
}

function session(socket, mails) {
  let buffer = ''
  let mail = { from: '', to: [], data: undefined }
  const say = line => socket.write(`${line}\r\n`)
  socket.on('error', () => {})
  socket.on('data', chunk => {
    buffer += chunk.toString('utf8')
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + 2)
      if (mail.data !== undefined) {
        if (line !== '.') mail.data += `${line.replace(/^\.\./, '.')}\n`
        else {
          mails.push({ from: mail.from, to: mail.to, ...parsed(mail.data) })
          mail = { from: '', to: [], data: undefined }
          say('250 kept')
        }
      } else if (/^EHLO/i.test(line)) socket.write('250-mail.test\r\n250 8BITMIME\r\n')
      else if (/^MAIL FROM:/i.test(line)) {
        mail.from = between(line)
        say('250 ok')
      } else if (/^RCPT TO:/i.test(line)) {
        mail.to.push(between(line))
        say('250 ok')
      } else if (/^DATA/i.test(line)) {
        mail.data = ''
        say('354 go on')
      } else if (/^QUIT/i.test(line)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  })
  say('220 mail.test')
}

const between = line => /<([^>]*)>/.exec(line)?.[1] ?? ''

/** Subject and text; both may be coded for the way. */
function parsed(data) {
  const split = data.indexOf('\n\n')
  const head = data.slice(0, split).replace(/\n\s+/g, ' ')
  const field = name => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1] ?? ''
  const coding = field('Content-Transfer-Encoding').toLowerCase()
  const body = data.slice(split + 2)
  return { subject: word(field('Subject')), text: coding === 'base64' ? text(body) : quoted(body, coding) }
}

const text = coded => Buffer.from(coded.replace(/\s/g, ''), 'base64').toString('utf8')
const bytes = coded =>
  Buffer.from(
    coded.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
const quoted = (body, coding) => (coding === 'quoted-printable' ? bytes(body.replace(/=\n/g, '')) : body)
const word = subject =>
  subject.replace(/=\?utf-8\?([bq])\?([^?]*)\?=\s*/gi, (_, how, coded) =>
    how.toLowerCase() === 'b' ? text(coded) : bytes(coded.replace(/_/g, ' ')),
  )

async function awaited(mails, about, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise(done => setTimeout(done, 100))) {
    const found = mails.find(about)
    if (found) return found
  }
  throw new Error(`no such mail; there are: ${mails.map(({ subject }) => subject).join(', ') || 'none'}`)
}
