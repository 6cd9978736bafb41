// Starts a new installation beside a stand-in for Meta, for stories that begin before the first account.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server that nobody has set up yet, its simulator, and what stops both. */
export async function installation(binary, mail) {
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-story-'))
  const simulator = await started(binary, ['simulator', '--listen', '127.0.0.1:0'], {})
  const server = await started(
    binary,
    [
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      folder,
      '--graph-url',
      `http://${simulator.address}`,
      '--allow-private-networks',
      'true',
    ],
    { CHASQUI_SMTP_URL: mail, CHASQUI_MAIL_FROM: 'Chasqui <chasqui@example.com>' },
  )
  return {
    app: `http://${server.address}`,
    simulator: `http://${simulator.address}`,
    code: readFileSync(join(folder, 'setup-code'), 'utf8').trim(),
    async stop() {
      await Promise.all([ended(server.child), ended(simulator.child)])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function started(binary, args, more) {
  const child = spawn(binary, args, { env: { ...process.env, ...more }, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', code => failed(new Error(`chasqui ${args[0]} ended with ${code} before it listened`)))
    createInterface({ input: child.stdout }).on('line', line => {
      const said = read(line)
      if (said?.message === 'listening') done({ child, address: said.address })
      else if (said?.level === 'ERROR') console.log(`      ${args[0]}: ${line}`)
    })
  })
}

function ended(child) {
  if (child.exitCode !== null) return
  return new Promise(done => {
    child.once('exit', done)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
  })
}

function read(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
