import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { templates } from '../../api/queries'
import type { Settings } from '../../api/types'
import { TemplateFields } from '../../templates/TemplateFields'
import { TemplatePreview } from '../../templates/TemplatePreview'
import { chosen, type Given, keyOf } from '../../templates/values'
import { errorOf, Field, FieldError, Toggle } from '../ui/Fields'
import { isIn, type Wrong, within } from '../ui/form'
import css from '../ui/form.module.css'
import { zones } from '../ui/zones'
import { Recipients } from './Recipients'
import { entries } from './recipients'
import { Section, type SettingsProps } from './Section'

const units = { minutes: 60, hours: 3600, days: 86_400 } as const
type Unit = keyof typeof units

export function SettingsFields(props: SettingsProps) {
  return (
    <div data-field="/settings" style={{ display: 'contents' }}>
      <Alerts {...props} />
      <Expiry {...props} />
      <ReopenTemplate {...props} />
      <Recipients {...props} />
      <More {...props} />
    </div>
  )
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
const minutesOf = (text: string) => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

function Alerts({ value, onChange, wrong }: SettingsProps) {
  const { t } = useTranslation('care')
  const alerts = value.error_alerts ?? {}
  const [typed, setTyped] = useState((alerts.emails ?? []).join('\n'))
  const set = (part: Partial<NonNullable<Settings['error_alerts']>>) =>
    onChange({ ...value, error_alerts: { ...alerts, ...part } })
  const quiet = alerts.quiet_hours
  return (
    <Section pointer="/settings/error_alerts" title={t('settings.alerts')} text={t('settings.alerts_text')}>
      <Toggle
        label={t('settings.alerts_on')}
        checked={alerts.enabled ?? false}
        onChange={enabled => set({ enabled })}
      />
      {alerts.enabled && (
        <>
          <Textarea
            data-field="/settings/error_alerts/emails"
            label={t('settings.emails')}
            description={t('settings.emails_help')}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            autosize={false}
            rows={3}
            value={typed}
            error={errorOf(wrong, '/settings/error_alerts/emails')}
            onChange={event => {
              const text = event.currentTarget.value
              setTyped(text)
              set({ emails: entries(text) })
            }}
          />
          <Toggle
            label={t('settings.quiet')}
            text={t('settings.quiet_text')}
            checked={Boolean(quiet)}
            onChange={on => set({ quiet_hours: on ? { from: 22 * 60, to: 7 * 60 } : null })}
          />
          {quiet && (
            <div className={css.row} data-field="/settings/error_alerts/quiet_hours">
              <TextInput
                type="time"
                label={t('settings.from')}
                value={clock(quiet.from)}
                onChange={event => set({ quiet_hours: { ...quiet, from: minutesOf(event.currentTarget.value) } })}
              />
              <TextInput
                type="time"
                label={t('settings.to')}
                value={clock(quiet.to)}
                onChange={event => set({ quiet_hours: { ...quiet, to: minutesOf(event.currentTarget.value) } })}
              />
              {errorOf(wrong, '/settings/error_alerts/quiet_hours')}
            </div>
          )}
        </>
      )}
    </Section>
  )
}

function Expiry({ value, onChange, wrong }: SettingsProps) {
  const { t } = useTranslation('care')
  const expiry = value.expiry ?? {}
  const seconds = expiry.after_seconds ?? 86_400
  const [unit, setUnit] = useState<Unit>(seconds % 86_400 === 0 ? 'days' : seconds % 3600 === 0 ? 'hours' : 'minutes')
  const set = (part: object) => onChange({ ...value, expiry: { ...expiry, ...part } })
  return (
    <Section pointer="/settings/expiry" title={t('settings.expiry')} text={t('settings.expiry_text')}>
      <Toggle
        label={t('settings.expiry_on')}
        checked={expiry.enabled ?? false}
        onChange={enabled => set({ enabled })}
      />
      {expiry.enabled && (
        <div data-field="/settings/expiry/after_seconds">
          <div className={css.row}>
            <TextInput
              type="number"
              min={1}
              w={110}
              label={t('settings.after')}
              value={String(Math.round(seconds / units[unit]))}
              onChange={event => set({ after_seconds: Number(event.currentTarget.value) * units[unit] })}
            />
            <NativeSelect
              aria-label={t('settings.after')}
              value={unit}
              data={(Object.keys(units) as Unit[]).map(one => ({ value: one, label: t(`settings.units.${one}`) }))}
              onChange={event => {
                const next = event.currentTarget.value as Unit
                set({ after_seconds: Math.round(seconds / units[unit]) * units[next] })
                setUnit(next)
              }}
            />
          </div>
          {errorOf(wrong, '/settings/expiry/after_seconds')}
        </div>
      )}
    </Section>
  )
}

function ReopenTemplate({ value, onChange, wrong, id }: SettingsProps) {
  const { t } = useTranslation('care')
  const known = useQuery({ ...templates(id ?? ''), enabled: Boolean(id) }).data?.items ?? []
  const approved = known.filter(one => one.status === 'APPROVED')
  const given = value.template ?? undefined
  const key = given ? keyOf(given) : ''
  const found = known.find(one => keyOf(one) === key)
  const set = (template: Given | null) => onChange({ ...value, template: template as Settings['template'] })
  const pointer = '/settings/template'
  return (
    <Section pointer={pointer} title={t('settings.template')} text={t('settings.template_text')}>
      {approved.length > 0 && (
        <NativeSelect
          data-field={`${pointer}/name`}
          label={t('settings.template_name')}
          value={key}
          error={errorOf(wrong, `${pointer}/name`)}
          data={[
            { value: '', label: t('settings.template_none') },
            ...(given && !found ? [{ value: key, label: key }] : []),
            ...approved.map(one => ({ value: keyOf(one), label: `${one.name} (${one.language})` })),
          ]}
          onChange={event => {
            const next = approved.find(one => keyOf(one) === event.currentTarget.value)
            set(next ? chosen(next, '{contact.name}') : null)
          }}
        />
      )}
      {!found && (approved.length === 0 || given) && (
        <Typed given={given as Given | undefined} set={set} wrong={wrong} pointer={pointer} />
      )}
      {found && given && (
        <>
          <TemplateFields
            template={found}
            given={given as Given}
            onChange={set}
            wrong={wrong}
            pointer={pointer}
            help={t('settings.template_parameter_help')}
          />
          <TemplatePreview template={found} given={given as Given} />
        </>
      )}
    </Section>
  )
}

/** What is wrong in a place outside some of its members. */
const except = (wrong: Wrong, place: string, members: string[]): Wrong =>
  Object.fromEntries(Object.entries(wrong).filter(([at]) => !members.some(name => isIn(at, `${place}/${name}`))))

/** A template that is not in the list: its name and its values are typed, and Meta judges them. */
function Typed(props: { given?: Given; set: (given: Given | null) => void; wrong: Wrong; pointer: string }) {
  const { t } = useTranslation('care')
  const { given, set, wrong, pointer } = props
  const parameters = given?.parameters ?? []
  return (
    <>
      <div className={css.row}>
        <Field
          pointer={`${pointer}/name`}
          wrong={wrong}
          label={t('settings.template_typed')}
          optional
          value={given?.name ?? ''}
          onChange={name => set(name ? { parameters: [], ...given, name, language: given?.language ?? 'en' } : null)}
        />
        <Field
          pointer={`${pointer}/language`}
          wrong={wrong}
          w={120}
          label={t('settings.template_language')}
          value={given?.language ?? ''}
          onChange={language => given && set({ ...given, language })}
        />
      </div>
      {given && Array.isArray(parameters) && (
        <Textarea
          data-field={`${pointer}/parameters`}
          label={t('settings.template_values')}
          description={t('settings.template_values_help')}
          autosize
          minRows={1}
          value={parameters.join('\n')}
          onChange={event => {
            const typed = event.currentTarget.value
            set({ ...given, parameters: typed === '' ? [] : typed.split('\n') })
          }}
        />
      )}
      {/* What is typed has no field of its own for a header or a button. */}
      <FieldError>{within(except(wrong, pointer, ['name', 'language']), pointer)}</FieldError>
    </>
  )
}

function More({ value, onChange, wrong, zone }: SettingsProps) {
  const { t } = useTranslation('care')
  const rate = value.throughput?.messages_per_second
  return (
    <Section title={t('settings.more')}>
      <Toggle
        pointer="/settings/read_receipts"
        label={t('settings.receipts')}
        text={t('settings.receipts_text')}
        checked={value.read_receipts ?? false}
        onChange={read_receipts => onChange({ ...value, read_receipts })}
      />
      <Toggle
        pointer="/settings/typing_indicator"
        label={t('settings.typing')}
        text={t('settings.typing_text')}
        checked={value.typing_indicator ?? false}
        onChange={typing_indicator => onChange({ ...value, typing_indicator })}
      />
      <Toggle
        pointer="/settings/respect_opt_out"
        label={t('settings.opt_out')}
        text={t('settings.opt_out_text')}
        checked={value.respect_opt_out ?? true}
        onChange={respect_opt_out => onChange({ ...value, respect_opt_out })}
      />
      <Toggle
        pointer="/settings/repair_webhook"
        label={t('settings.repair')}
        text={t('settings.repair_text')}
        checked={value.repair_webhook ?? false}
        onChange={repair_webhook => onChange({ ...value, repair_webhook })}
      />
      <NativeSelect
        data-field="/settings/time_zone"
        label={t('settings.zone')}
        description={t('settings.zone_help')}
        error={errorOf(wrong, '/settings/time_zone')}
        value={value.time_zone ?? ''}
        data={[{ value: '', label: t('settings.zone_own') }, ...zones(value.time_zone ?? null)]}
        onChange={event => onChange({ ...value, time_zone: event.currentTarget.value || null })}
      />
      {zone && <p className={css.help}>{t(`settings.zone_from.${zone.source}`, { zone: zone.name })}</p>}
      <Field
        pointer="/settings/throughput/messages_per_second"
        wrong={wrong}
        type="number"
        min={1}
        max={1000}
        w={220}
        optional
        label={t('settings.throughput')}
        description={t('settings.throughput_help')}
        value={rate ? String(rate) : ''}
        onChange={text => onChange({ ...value, throughput: text ? { messages_per_second: Number(text) } : null })}
      />
    </Section>
  )
}
