import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Template, TemplateField } from '../api/types'
import { Field, FieldError } from '../app/ui/Fields'
import type { Wrong } from '../app/ui/form'
import { FilePick, Picked } from '../files/FilePick'
import { type Json, object } from '../messages/json'
import { fieldKey, useFieldWords } from './names'
import css from './templates.module.css'
import {
  beside,
  fileOf,
  type Given,
  pointersOf,
  type TemplateHeaderKind,
  valueIn,
  withButton,
  withValue,
} from './values'

interface Props {
  template: Template
  given: Given
  onChange: (given: Given) => void
  wrong: Wrong
  /** Where the values stand in the request. */
  pointer: string
  /** What may stand in the values, in words. */
  help?: string
}

/** A line for each value that the template takes. */
export function TemplateFields(props: Props) {
  const { t } = useTranslation('messages')
  const { template, given, onChange, wrong, pointer } = props
  return (
    <>
      {template.unsupported && (
        <FieldError>{t('template_fields.unsupported', { part: template.unsupported })}</FieldError>
      )}
      {template.fields.map(field => (
        <One key={fieldKey(field)} field={field} {...props} />
      ))}
      {template.fields
        .filter(({ kind }) => kind === 'flow_token')
        .map(({ index, label }) => (
          <FlowData
            key={index}
            label={t('template_fields.flow_data', { label })}
            value={given.buttons?.find(one => one.index === index)?.flow_data ?? undefined}
            onChange={flow_data => onChange(withButton(given, index ?? 0, { flow_data }))}
          />
        ))}
      <FieldError>{wrong[pointer] ?? wrong[`${pointer}/parameters`]}</FieldError>
    </>
  )
}

function One({ field, template, given, onChange, wrong, pointer, help }: Props & { field: TemplateField }) {
  const { t } = useTranslation('messages')
  const words = useFieldWords()
  const pointers = pointersOf(given, template, field).map(one => pointer + one)
  const found = pointers.find(one => wrong[one]) ?? pointers.at(-1)!
  const kind = field.kind as TemplateHeaderKind
  const more = field.part === 'header' ? beside[kind] : []
  const { label, hint } = words(field)
  const file = field.part === 'header' ? fileOf(field.kind) : undefined
  return (
    <>
      <Field
        pointer={found}
        wrong={wrong}
        label={label}
        optional={!field.required}
        description={hint ?? help}
        placeholder={field.example ?? undefined}
        maxLength={field.longest ?? undefined}
        value={valueIn(given, template, field)}
        onChange={value => onChange(withValue(given, template, field, value))}
        rightSection={
          file && (
            <FilePick
              kinds={[file]}
              onPick={({ id }) => onChange(withValue(given, template, field, id))}
              className={css.pick}
            />
          )
        }
      />
      {file && <Picked id={valueIn(given, template, field)} />}
      {more.map(name => (
        <Field
          key={name}
          pointer={`${pointer}/header/${name}`}
          wrong={wrong}
          label={t(`template_fields.${name}`)}
          optional
          value={given.header?.[name] ?? ''}
          onChange={value =>
            onChange({ ...given, header: { value: '', kind, ...given.header, [name]: value || undefined } })
          }
        />
      ))}
    </>
  )
}

/** What a form's first screen is given: an object in JSON. It counts once it can be read. */
function FlowData(props: { label: string; value?: Json; onChange: (value: Json | undefined) => void }) {
  const { t } = useTranslation('messages')
  const [typed, setTyped] = useState(props.value ? JSON.stringify(props.value) : '')
  const [bad, setBad] = useState(false)
  return (
    <Textarea
      label={props.label}
      value={typed}
      rows={2}
      error={bad ? t('template_fields.no_object') : undefined}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value)
        const read = parsed(value)
        setBad(read === null)
        if (read !== null) props.onChange(read)
      }}
    />
  )
}

/** `undefined`: nothing; `null`: no object. */
function parsed(text: string): Json | undefined | null {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? object(value) : null
  } catch {
    return null
  }
}
