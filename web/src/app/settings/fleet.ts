import type { Fleet } from '../../api/types'
import type { KnotState } from '../../look/Cord'

export type QueueName = keyof Fleet['queues']

const second = 1000
const minute = 60 * second

/** From which age of its oldest piece a queue is late, and stuck. Held messages wait for a person: they never mean that something stands still. */
const limits: Record<Exclude<QueueName, 'dead_letters'>, { late: number; stuck: number }> = {
  inbox: { late: 10 * second, stuck: 2 * minute },
  calls: { late: minute, stuck: 10 * minute },
  timers: { late: 10 * second, stuck: 2 * minute },
  outbox: { late: 2 * minute, stuck: Number.POSITIVE_INFINITY },
}

/** The stops of a piece of work, in its order. */
export const queueNames: QueueName[] = ['inbox', 'calls', 'timers', 'outbox', 'dead_letters']

export function queueState(name: QueueName, { queues, at }: Pick<Fleet, 'queues' | 'at'>): KnotState {
  const { waiting, oldest_at } = queues[name]
  if (name === 'dead_letters') return waiting > 0 ? 'warn' : 'ok'
  const age = oldest_at ? new Date(at).getTime() - new Date(oldest_at).getTime() : 0
  const { late, stuck } = limits[name]
  return age >= stuck ? 'fail' : age >= late ? 'warn' : 'ok'
}

export function databaseState({ database }: Pick<Fleet, 'database'>): KnotState {
  if (!database.durable) return 'fail'
  // A standby that confirmations wait for and that is not there: nothing is confirmed any more, or soon will not be.
  const waits = database.synchronous && !database.standbys?.some(({ sync }) => sync === 'sync' || sync === 'quorum')
  const hidden = database.standbys?.some(({ sync }) => sync === null)
  return waits && !hidden ? 'warn' : 'ok'
}

/** Nobody works: nothing is answered. Parts without a worker: they are taken within seconds, so one look may find some. */
export function workersState({ workers, parts }: Pick<Fleet, 'workers' | 'parts'>): KnotState {
  if (!workers.some(({ works, alive }) => works && alive)) return 'fail'
  return parts.unowned > 0 ? 'warn' : 'ok'
}
