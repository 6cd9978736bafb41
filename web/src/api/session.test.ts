import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { back, entered, isOver, knowBy, leave, patient } from './session'

const ana = { user: 'usr_ana', account: 'acc_1', email: 'ana@example.com' }
const over = () =>
  new Response(JSON.stringify({ type: 'urn:chasqui:problem:unauthenticated', title: 'Unauthorized' }), { status: 401 })
const asked: string[] = []
let answers: (() => Response)[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(`${request.method} ${await request.text()}`)
    return answers.shift()!()
  })
  knowBy(() => ana)
})
afterEach(() => vi.unstubAllGlobals())

const put = () => new Request('http://localhost/api/v1/x', { method: 'PUT', body: '{"kept":true}' })

it('sends a request again, whole, once somebody is in', async () => {
  answers = [over, () => new Response('{}')]
  const answer = patient(put())
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  entered(ana, false)
  expect((await answer).status).toBe(200)
  expect(asked).toEqual(['PUT {"kept":true}', 'PUT {"kept":true}'])
})

it('lets everything wait for one log-in', async () => {
  answers = [over, over, () => new Response('{}'), () => new Response('{}')]
  const both = Promise.all([patient(put()), patient(put())])
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  entered(ana, false)
  expect((await both).map(one => one.status)).toEqual([200, 200])
})

it('loads the page again for another person', () => {
  const reload = vi.fn()
  vi.stubGlobal('location', { reload })
  void back(true)
  entered({ ...ana, user: 'usr_ben' }, false)
  entered({ ...ana, account: 'acc_2' }, false)
  expect(reload).toHaveBeenCalledTimes(2)
  entered(ana, false)
  expect(reload).toHaveBeenCalledTimes(2)
})

it('passes on what is no end of a session', async () => {
  const wrong = () => new Response(JSON.stringify({ type: 'urn:chasqui:problem:wrong_login' }), { status: 401 })
  answers = [wrong]
  expect((await patient(put())).status).toBe(401)
  expect(isOver(403, { type: 'urn:chasqui:problem:unauthenticated' })).toBe(false)
  leave(true)
  expect(isOver(401, { type: 'urn:chasqui:problem:unauthenticated' })).toBe(false)
  leave(false)
  knowBy(() => undefined)
  expect(isOver(401, { type: 'urn:chasqui:problem:unauthenticated' })).toBe(false)
})
