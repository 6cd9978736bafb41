import { Switch } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWork } from '../context'
import type { Settings } from '../doc/definition'
import form from '../inspector/inspector.module.css'
import { Phrases } from './Phrases'

const zones = ['', ...(Intl.supportedValuesOf?.('timeZone') ?? ['Europe/Berlin', 'UTC'])]

/** How the bot behaves as a whole. */
export function BotSettings() {
  const { t } = useTranslation('builder')
  const id = useId()
  const { desk, readOnly } = useWork()
  const settings = useDesk(state => state.doc.settings)
  const set = (more: Partial<Settings>) =>
    desk.getState().change(
      'settings',
      doc => {
        const next = { ...doc.settings, ...more }
        for (const key of Object.keys(next) as (keyof Settings)[]) if (next[key] === undefined) delete next[key]
        return { ...doc, settings: next }
      },
      `settings ${Object.keys(more).join()}`,
    )
  const words = settings.restart_words ?? ['restart']
  return (
    <section aria-labelledby={`${id}-h`}>
      <h3 id={`${id}-h`}>{t('bot.settings')}</h3>
      <div className={form.field}>
        <label className={form.label} htmlFor={`${id}-language`}>
          {t('bot.language')}
        </label>
        <select
          id={`${id}-language`}
          className={form.select}
          disabled={readOnly}
          value={settings.language ?? 'en'}
          onChange={({ target }) => set({ language: target.value })}
        >
          <option value="en">English</option>
          <option value="de">Deutsch</option>
          <option value="es">Español</option>
          <option value="pt">Português (Brasil)</option>
        </select>
        <p className={form.help}>{t('bot.language_help')}</p>
      </div>
      <div className={form.field}>
        <label className={form.label} htmlFor={`${id}-words`}>
          {t('bot.restart_words')}
        </label>
        <input
          id={`${id}-words`}
          className={form.input}
          readOnly={readOnly}
          defaultValue={words.join(', ')}
          key={words.join()}
          onBlur={({ target }) => {
            const next = target.value
              .split(',')
              .map(word => word.trim())
              .filter(Boolean)
            if (next.join() !== words.join()) set({ restart_words: next })
          }}
        />
        <p className={form.help}>{t('bot.restart_help')}</p>
      </div>
      <div className={form.field}>
        <label className={form.label} htmlFor={`${id}-zone`}>
          {t('bot.time_zone')}
        </label>
        <select
          id={`${id}-zone`}
          className={form.select}
          disabled={readOnly}
          value={settings.time_zone ?? ''}
          onChange={({ target }) => set({ time_zone: target.value || undefined })}
        >
          {zones.map(zone => (
            <option key={zone} value={zone}>
              {zone || t('bot.zone_of_number')}
            </option>
          ))}
        </select>
      </div>
      <div className={form.field}>
        <label className={form.label} htmlFor={`${id}-attempts`}>
          {t('fields.max_attempts')}
        </label>
        <input
          id={`${id}-attempts`}
          className={form.input}
          type="number"
          min={0}
          max={99}
          readOnly={readOnly}
          value={settings.max_attempts ?? 3}
          onChange={({ target }) => set({ max_attempts: Math.max(0, Math.min(99, Number(target.value) || 0)) })}
        />
        <p className={form.help}>{t('fields.max_attempts_help')}</p>
      </div>
      <div className={form.field}>
        <label className={form.label} htmlFor={`${id}-late`}>
          {t('bot.late_taps')}
        </label>
        <select
          id={`${id}-late`}
          className={form.select}
          disabled={readOnly}
          value={settings.late_taps ?? 'repeat'}
          onChange={({ target }) => set({ late_taps: target.value as Settings['late_taps'] })}
        >
          {(['repeat', 'ignore', 'jump'] as const).map(value => (
            <option key={value} value={value}>
              {t(`bot.late.${value}`)}
            </option>
          ))}
        </select>
      </div>
      <div className={form.field}>
        <Switch
          className={form.toggle}
          labelPosition="left"
          label={t('bot.tests_must_pass')}
          checked={settings.tests_must_pass === true}
          disabled={readOnly}
          onChange={({ currentTarget }) => set({ tests_must_pass: currentTarget.checked || undefined })}
        />
      </div>
      <Phrases
        language={settings.language ?? 'en'}
        own={settings.messages ?? {}}
        onChange={messages => set({ messages })}
      />
    </section>
  )
}
