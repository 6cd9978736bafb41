import { useQueries, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { integrations, templates } from '../../api/queries'
import type { Template, TemplateField } from '../../api/types'
import { fieldKey, useFieldWords } from '../../templates/names'
import { TemplatePreview } from '../../templates/TemplatePreview'
import {
  beside,
  chosen,
  fileOf,
  keyOf,
  type TemplateHeaderKind,
  type Values,
  valueIn,
  withValue,
} from '../../templates/values'
import { useWork } from '../context'
import type { QuickReply } from '../shape'
import { Frame } from './Frame'
import { Line, useField, useNode } from './fields'
import css from './inspector.module.css'
import { Pairs } from './Pairs'
import { TextEdit } from './TextEdit'
import { WithFile } from './TextField'

/** The templates of the numbers that the bot answers, each once; of all numbers while it answers none. */
export function useTemplates(): Template[] {
  const { id } = useWork()
  const all = useQuery(integrations).data ?? []
  const own = all.filter(one => one.bot?.id === id)
  const found = useQueries({ queries: (own.length > 0 ? own : all).map(one => templates(one.id)) })
  const byKey = new Map<string, Template>()
  for (const { data } of found) for (const one of data?.items ?? []) byKey.set(keyOf(one), byKey.get(keyOf(one)) ?? one)
  return [...byKey.values()]
}

/** The node's values, and how to write all of them. */
function useValues(): [Values, (next: Values) => void] {
  const { node, change } = useNode()
  const given = { header: node.header, parameters: node.body, buttons: node.buttons } as Values
  const empty = (value: unknown) => !value || (typeof value === 'object' && Object.keys(value).length === 0)
  const set = ({ header, parameters, buttons }: Values) => {
    if (header !== given.header) change('header', header ?? undefined)
    if (parameters !== given.parameters) change('body', empty(parameters) ? undefined : parameters)
    if (buttons !== given.buttons) change('buttons', empty(buttons) ? undefined : buttons)
  }
  return [given, set]
}

/** A template out of the list; one that is not in it is typed. */
export function TemplatePick({ known }: { known: Template[] }) {
  const { t } = useTranslation('builder')
  const { node, change, readOnly } = useNode()
  const approved = known.filter(one => one.status === 'APPROVED')
  const key = keyOf({ name: String(node.name ?? ''), language: String(node.language ?? '') })
  const isKnown = approved.some(one => keyOf(one) === key)
  if (approved.length === 0) return null
  return (
    <Frame path="template" label={t('template.choose')} htmlFor="template-pick">
      <select
        id="template-pick"
        className={css.select}
        disabled={readOnly}
        value={isKnown ? key : ''}
        onChange={({ target }) => {
          const next = approved.find(one => keyOf(one) === target.value)
          if (!next) return
          const { name, language, header, parameters } = chosen(next)
          const values = { name, language, header, body: next.parameters.length > 0 ? parameters : undefined }
          for (const [path, value] of Object.entries(values)) change(path, value, false)
          for (const path of ['buttons', 'options']) change(path, undefined, false)
        }}
      >
        <option value="">{t('template.typed')}</option>
        {approved.map(one => (
          <option key={keyOf(one)} value={keyOf(one)}>
            {one.name} ({one.language})
          </option>
        ))}
      </select>
    </Frame>
  )
}

/** A line for each value that the template takes, and the message that it makes. */
export function KnownTemplate({ template }: { template: Template }) {
  const { t } = useTranslation('messages')
  const [given] = useValues()
  const values = template.fields.filter(({ kind }) => kind !== 'payload')
  return (
    <>
      {template.unsupported && (
        <p className={css.help}>{t('template_fields.unsupported', { part: template.unsupported })}</p>
      )}
      {values.map(field => (
        <Value key={fieldKey(field)} template={template} field={field} />
      ))}
      <Leading template={template} />
      <TemplatePreview template={template} given={given} />
    </>
  )
}

/** The node's field that a value stands in, as problems name it. */
function pathOf(given: Values, template: Template, field: TemplateField): string {
  if (field.part === 'header') return 'header.value'
  if (field.part === 'body') {
    const at = template.parameters.indexOf(field.name ?? '')
    return Array.isArray(given.parameters ?? []) ? `body[${at}]` : `body.${field.name}`
  }
  const at = given.buttons?.findIndex(({ index }) => index === field.index) ?? -1
  return at < 0 ? 'buttons' : `buttons[${at}]`
}

function Value({ template, field }: { template: Template; field: TemplateField }) {
  const { t } = useTranslation('messages')
  const words = useFieldWords()
  const [given, set] = useValues()
  const { label, hint } = words(field)
  const path = pathOf(given, template, field)
  const file = field.part === 'header' ? fileOf(field.kind) : undefined
  const at = given.buttons?.findIndex(({ index }) => index === field.index) ?? -1
  return (
    <>
      <Frame path={path} label={label} help={hint} optional={!field.required}>
        <WithFile
          files={file && [file]}
          value={valueIn(given, template, field)}
          onPick={id => set(withValue(given, template, field, id))}
        >
          <TextEdit
            path={path}
            label={label}
            single
            value={valueIn(given, template, field)}
            placeholder={field.example ?? undefined}
            onChange={value => set(withValue(given, template, field, value))}
          />
        </WithFile>
      </Frame>
      {field.part === 'header' &&
        beside[field.kind as TemplateHeaderKind].map(name => (
          <Line key={name} path={`header.${name}`} label={t(`template_fields.${name}`)} optional />
        ))}
      {field.kind === 'flow_token' && at >= 0 && (
        <Pairs
          path={`buttons[${at}].flow_data`}
          label={t('template_fields.flow_data', { label: field.label })}
          name={t('template_fields.key')}
          value={t('template_fields.data')}
        />
      )}
    </>
  )
}

/** Which of its quick replies lead somewhere in this bot: each then has a port. */
function Leading({ template }: { template: Template }) {
  const { t } = useTranslation('builder')
  const { change, readOnly } = useNode()
  const [options] = useField<QuickReply[]>('options')
  const replies = template.fields.filter(({ kind }) => kind === 'payload')
  if (replies.length === 0) return null
  const items = options ?? []
  const toggle = (reply: TemplateField, on: boolean) => {
    const index = reply.index ?? 0
    const others = items.filter(item => item.index !== index)
    const mine = { id: `reply_${index + 1}`, index, label: reply.label ?? '' }
    const next = on ? [...others, mine].sort((a, b) => a.index - b.index) : others
    change('options', next.length > 0 ? next : undefined, false)
  }
  return (
    <Frame path="options" label={t('template.replies')} help={t('template.replies_help')}>
      <fieldset className={css.checks} aria-label={t('template.replies')} disabled={readOnly}>
        {replies.map(reply => (
          <label key={reply.index}>
            <input
              type="checkbox"
              checked={items.some(item => item.index === reply.index)}
              onChange={({ target }) => toggle(reply, target.checked)}
            />
            {reply.label}
          </label>
        ))}
      </fieldset>
    </Frame>
  )
}
