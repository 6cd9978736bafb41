import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { installation } from '../../api/queries'
import type { Fleet, Process, Standby } from '../../api/types'
import { Cord, Knot, type KnotState } from '../../look/Cord'
import { Ago } from '../ui/Ago'
import form from '../ui/form.module.css'
import { LiveNote } from '../ui/LiveNote'
import page from '../ui/page.module.css'
import { Failure, Loading, Stale } from '../ui/States'
import { Status } from '../ui/Status'
import { usePhoneWidth } from '../ui/wide'
import css from './Fleet.module.css'
import { databaseState, queueNames, queueState, workersState } from './fleet'

/** Who works, and what waits: a piece of work's way through the installation, then the processes. */
export function FleetTab() {
  const { t } = useTranslation('people')
  const { data, error, isError, dataUpdatedAt, refetch } = useQuery(installation.fleet)
  if (!data) {
    return error ? (
      <Failure what={t('fleet.failed')} error={error} onRetry={refetch} />
    ) : (
      <Loading rows={7} height={44} />
    )
  }
  return (
    <>
      {isError && <Stale error={error} updatedAt={dataUpdatedAt} onRetry={() => void refetch()} />}
      <section className={form.section}>
        <header className={css.head}>
          <div className="grow">
            <h2>{t('fleet.way')}</h2>
            <p>{t('fleet.way_text')}</p>
          </div>
          <LiveNote updatedAt={dataUpdatedAt} failed={isError} />
        </header>
        <Way fleet={data} />
      </section>
      <section className={form.section}>
        <header>
          <h2>{t('fleet.processes')}</h2>
          <p>{t(data.database.engine === 'sqlite' ? 'fleet.processes_sqlite' : 'fleet.processes_text')}</p>
        </header>
        <Processes all={data.workers} />
      </section>
      {data.database.engine === 'postgresql' && (
        <section className={form.section}>
          <header>
            <h2>{t('fleet.standbys')}</h2>
            <p>{t(data.database.synchronous ? 'fleet.standbys_waits' : 'fleet.standbys_text')}</p>
          </header>
          <Standbys all={data.database.standbys ?? []} />
        </section>
      )}
    </>
  )
}

const engines = { sqlite: 'SQLite', postgresql: 'PostgreSQL' } as const

function Way({ fleet }: { fleet: Fleet }) {
  const { t, i18n } = useTranslation('people')
  const { database, parts, workers } = fleet
  const living = workers.filter(({ works, alive }) => works && alive).length
  const off = database.settings.filter(({ value }) => value === 'off').map(({ name }) => name)
  const number = (value: number) => value.toLocaleString(i18n.language)
  const held = { held: parts.held, total: parts.total }
  return (
    <Cord className={css.way} label={t('fleet.way')}>
      <Stop
        state={databaseState(fleet)}
        name={t('fleet.database')}
        says={
          database.durable
            ? t(database.synchronous ? 'fleet.durable_synchronous' : 'fleet.durable')
            : t('fleet.forgetful', { settings: off.join(', ') })
        }
        value={`${engines[database.engine]} ${database.version}`}
      />
      <Stop
        state={workersState(fleet)}
        name={t('fleet.workers')}
        says={living === 0 ? t('fleet.nobody') : t(parts.unowned > 0 ? 'fleet.unowned' : 'fleet.owned', held)}
        value={number(living)}
      />
      {queueNames.map(name => {
        const { waiting, oldest_at } = fleet.queues[name]
        return (
          <Stop
            key={name}
            state={queueState(name, fleet)}
            name={t(`fleet.queue.${name}.name`)}
            says={
              <>
                {t(`fleet.queue.${name}.text`)}
                {oldest_at && (
                  <>
                    {' '}
                    <Ago at={oldest_at} prefix={words => t('fleet.oldest', { ago: words })} />
                  </>
                )}
              </>
            }
            value={number(waiting)}
          />
        )
      })}
    </Cord>
  )
}

function Stop(props: { state: KnotState; name: string; says: ReactNode; value: string }) {
  const { t } = useTranslation('people')
  const { state, name, says, value } = props
  return (
    <li data-state={state}>
      <Knot state={state} />
      <span className="vh">{t(`fleet.state.${state as 'ok' | 'warn' | 'fail'}`)}</span>
      <div className="grow">
        <b>{name}</b>
        <span className={page.second}>{says}</span>
      </div>
      <span className={css.value}>{value}</span>
    </li>
  )
}

function Alive({ one }: { one: Process }) {
  const { t } = useTranslation('people')
  return one.alive ? <Status state="ok" word={t('fleet.alive')} /> : <Status state="inactive" word={t('fleet.gone')} />
}

function Processes({ all }: { all: Process[] }) {
  const { t, i18n } = useTranslation('people')
  const phone = usePhoneWidth()
  const sorted = [...all].sort((a, b) => Number(b.alive) - Number(a.alive))
  const parts = ({ parts }: Process) => parts.toLocaleString(i18n.language)
  if (phone) {
    return (
      <div className={page.cards}>
        {sorted.map(one => (
          <article key={one.name + one.started_at} className={page.item}>
            <div className={page.itemTop}>
              <span>
                <b className={css.name}>{one.name}</b>
                <span className={page.second}>{t(one.works ? 'fleet.works' : 'fleet.serves')}</span>
              </span>
              <Alive one={one} />
            </div>
            <div className={page.itemFoot}>
              <span>{t('fleet.parts_count', { count: one.parts })}</span>
              <span className={page.faint}>
                <Ago at={one.seen_at} prefix={words => t('fleet.seen_ago', { ago: words })} />
              </span>
            </div>
          </article>
        ))}
      </div>
    )
  }
  return (
    <div className={page.scroll} data-sideways>
      <table className={page.table} style={{ minWidth: 700 }}>
        <thead>
          <tr>
            <th>{t('fleet.name')}</th>
            <th style={{ width: 120 }}>{t('fleet.status')}</th>
            <th style={{ width: 150 }}>{t('fleet.does')}</th>
            <th style={{ width: 80, textAlign: 'right' }}>{t('fleet.parts')}</th>
            <th style={{ width: 130 }}>{t('fleet.started')}</th>
            <th style={{ width: 130 }}>{t('fleet.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(one => (
            <tr key={one.name + one.started_at}>
              <td>
                <span className={`${page.name} ${css.name}`}>{one.name}</span>
                <span className={page.second}>{t('fleet.version', { version: one.version })}</span>
              </td>
              <td>
                <Alive one={one} />
              </td>
              <td>{t(one.works ? 'fleet.works' : 'fleet.serves')}</td>
              <td style={{ textAlign: 'right' }} className={page.number}>
                {parts(one)}
              </td>
              <td>
                <Ago at={one.started_at} />
              </td>
              <td>
                <Ago at={one.seen_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Standbys({ all }: { all: Standby[] }) {
  const { t, i18n } = useTranslation('people')
  if (all.length === 0) return <p className={form.help}>{t('fleet.standbys_none')}</p>
  const unit = (value: number, unit: string) =>
    new Intl.NumberFormat(i18n.language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
  const behind = ({ lag_bytes, lag_ms }: Standby) => {
    if (lag_bytes === null) return t('fleet.hidden')
    const bytes = lag_bytes < 1e6 ? unit(lag_bytes / 1e3, 'kilobyte') : unit(lag_bytes / 1e6, 'megabyte')
    return lag_ms === null
      ? t('fleet.behind', { bytes })
      : t('fleet.behind_time', { bytes, time: unit(lag_ms / 1000, 'second') })
  }
  const kinds = ['sync', 'quorum', 'potential', 'async'] as const
  return (
    <ul className={css.standbys}>
      {all.map((one, index) => {
        const kind = kinds.find(kind => kind === one.sync)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may call themselves the same.
          <li key={index}>
            <div className="grow">
              <b className={css.name}>{one.name || t('fleet.unnamed')}</b>
              <span className={page.second}>{behind(one)}</span>
            </div>
            {kind && (
              <Status
                state={one.state === 'streaming' ? 'ok' : 'warning'}
                word={t(one.state === 'streaming' ? `fleet.sync.${kind}` : 'fleet.catching_up')}
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}
