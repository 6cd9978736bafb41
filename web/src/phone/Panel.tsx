import { IconAddressBook, IconChevronDown, IconMapPin, IconMicrophone, IconRefresh, IconX } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Cord, Knot } from '../look/Cord'
import { clockSeconds, exactTime } from '../words/time'
import { Dialog } from './Dialog'
import css from './Panel.module.css'
import type { PhoneHandle } from './Phone'
import { answers, type LogItem, type Settings } from './sim'
import ui from './ui.module.css'
import type { World } from './world'

interface Props {
  world: World
  change: (part: Partial<Settings>) => Promise<void>
  /** On a small screen the panel is a sheet. */
  sheet: boolean
  onClose: () => void
  customer?: string
  handle: () => PhoneHandle | undefined
}

const recent = 6

/** A status that arrived as it should says little; the full log has it. */
const telling = ({ kind, level }: LogItem) => kind !== 'status' || level !== 'ok'

export function Panel({ world, change, sheet, onClose, customer, handle }: Props) {
  const { t } = useTranslation('phone')
  const [full, setFull] = useState(false)
  const act = (what: keyof PhoneHandle) => () => {
    onClose()
    handle()?.[what]()
  }
  return (
    <aside className={`${css.panel} ${sheet ? css.sheet : ''}`}>
      <button type="button" className={`${ui.icon} ${css.close}`} onClick={onClose} aria-label={t('close')}>
        <IconX size={18} stroke={1.75} aria-hidden="true" />
      </button>
      <section className={`${ui.card} ${css.card}`}>
        <h2>{t('meta')}</h2>
        {world.settings && <Behaviour settings={world.settings} change={change} />}
      </section>
      <section className={`${ui.card} ${css.card}`}>
        <h2>{t('log')}</h2>
        {world.log.length === 0 ? (
          <p className={css.empty}>{t('log_empty')}</p>
        ) : (
          <>
            <Log items={world.log.filter(telling).slice(0, recent)} />
            <button type="button" className={css.link} onClick={() => setFull(true)}>
              {t('log_open')}
            </button>
          </>
        )}
      </section>
      <section className={`${ui.card} ${css.card}`}>
        <h2>{customer ? t('customer_named', { name: customer }) : t('customer')}</h2>
        <div className={css.customer}>
          <button type="button" className={ui.button} onClick={act('voice')}>
            <IconMicrophone size={16} stroke={1.75} aria-hidden="true" />
            {t('voice')}
          </button>
          <button type="button" className={ui.button} onClick={act('location')}>
            <IconMapPin size={16} stroke={1.75} aria-hidden="true" />
            {t('location')}
          </button>
          <button type="button" className={ui.button} onClick={act('contact')}>
            <IconAddressBook size={16} stroke={1.75} aria-hidden="true" />
            {t('contact')}
          </button>
        </div>
      </section>
      {full && (
        <Dialog title={t('log_full')} onClose={() => setFull(false)} width={560}>
          <Log items={world.log} />
        </Dialog>
      )}
    </aside>
  )
}

const switches = ['deliver_twice', 'out_of_order', 'read_at_once'] as const
const delays = [0, 120, 600, 2500, 10_000] as const

function Behaviour({ settings, change }: { settings: Settings; change: Props['change'] }) {
  const { t } = useTranslation('phone')
  const id = useId()
  const known = delays.find(ms => ms === settings.latency_ms)
  return (
    <>
      {switches.map(name => (
        <div key={name} className={css.line}>
          <span id={id + name}>{t(name)}</span>
          <button
            type="button"
            role="switch"
            className={ui.switch}
            aria-checked={settings[name]}
            aria-labelledby={id + name}
            title={t(settings[name] ? 'on' : 'off')}
            onClick={() => void change({ [name]: !settings[name] })}
          />
        </div>
      ))}
      <label className={ui.label} htmlFor={`${id}answer`} style={{ marginTop: 8 }}>
        {t('answer')}
      </label>
      <div className={ui.selectBox}>
        <select
          id={`${id}answer`}
          className={ui.select}
          value={settings.answer}
          onChange={event => void change({ answer: event.target.value as Settings['answer'] })}
        >
          {answers.map(answer => (
            <option key={answer} value={answer}>
              {t(`answers.${answer}`)}
            </option>
          ))}
        </select>
        <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
      </div>
      <label className={ui.label} htmlFor={`${id}delay`} style={{ marginTop: 12 }}>
        {t('delay')}
      </label>
      <div className={ui.selectBox}>
        <select
          id={`${id}delay`}
          className={ui.select}
          value={settings.latency_ms}
          onChange={event => void change({ latency_ms: Number(event.target.value) })}
        >
          {known === undefined && (
            <option value={settings.latency_ms}>{t('delay_own', { ms: settings.latency_ms })}</option>
          )}
          {delays.map(ms => (
            <option key={ms} value={ms}>
              {t(`delays.${ms}`)}
            </option>
          ))}
        </select>
        <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
      </div>
    </>
  )
}

const states = { ok: 'ok', warn: 'warn', fail: 'fail' } as const

function Log({ items }: { items: LogItem[] }) {
  const { i18n } = useTranslation('phone')
  return (
    <Cord className={css.log}>
      {items.map(item => (
        <li key={item.no}>
          <Knot state={states[item.level]} icon={item.level === 'warn' ? IconRefresh : undefined} />
          <span className={css.what}>{said(item)}</span>
          <time dateTime={item.at} title={exactTime(item.at, i18n.language)}>
            {clockSeconds(item.at, i18n.language)}
          </time>
        </li>
      ))}
    </Cord>
  )
}

const said = ({ text, ms }: LogItem) => (ms === undefined || / ms\b/.test(text) ? text : `${text}, ${ms}\u00a0ms`)
