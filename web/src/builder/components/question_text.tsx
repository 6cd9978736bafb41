import { IconMessage2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Area, Fold, Line, Numb, Pick, SaveAs, Section, Toggle, useField } from '../inspector/fields'
import { Picture } from '../inspector/Picture'
import { shapes } from '../shape'
import type { Component } from './component'
import { buttonsMessage, imageMessage, textMessage } from './preview'

export const question_text: Component = {
  ...shapes.question_text,
  icon: IconMessage2,
  summary: node => String(node.text ?? ''),
  preview(node, fill) {
    const body = fill(node.text)
    const labels = node.wait === false ? [] : [node.back_button, node.skip_button].filter(label => label !== undefined)
    if (labels.length > 0) {
      return [buttonsMessage(body, labels.map(fill), { image: node.image && fill(node.image) })]
    }
    return [node.image ? imageMessage(fill(node.image), body) : textMessage(body)]
  },
  Form() {
    const { t } = useTranslation('builder')
    const [waits] = useField<boolean>('wait')
    const asks = waits !== false
    const [back] = useField<string>('back_button')
    const [skip] = useField<string>('skip_button')
    const hasButtons = asks && (back !== undefined || skip !== undefined)
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={hasButtons ? limit.body : limit.text} rows={4} />
        <Toggle path="wait" label={t('fields.waits')} usual={true} help={t('fields.waits_help')} />
        {asks && <SaveAs path="save_as" />}
        {asks && <Validation />}
        <Picture path="image" />
        {asks && (
          <Fold title={t('fields.more_buttons')} open={hasButtons}>
            <Line path="back_button" label={t('fields.back_button')} limit={limit.button} optional />
            <Line path="skip_button" label={t('fields.skip_button')} limit={limit.button} optional />
          </Fold>
        )}
      </>
    )
  },
}

function Validation() {
  const { t } = useTranslation('builder')
  const [validation, setValidation] = useField<{ kind: string; format?: string }>('validation')
  const [longest] = useField<number>('max_length')
  const kind = validation?.kind ?? 'any'
  return (
    <Fold title={t('fields.rules')} open={validation !== undefined || longest !== undefined}>
      <Pick
        path="validation.kind"
        label={t('validation.kind')}
        value={kind}
        options={['any', 'number', 'email', 'date', 'regex'].map(value => ({
          value,
          label: t(`validation.kinds.${value as 'any'}`),
        }))}
        onPick={value => setValidation(value === 'any' ? undefined : { kind: value })}
      />
      {kind === 'number' && (
        <Section row>
          <Numb path="validation.min" label={t('validation.min')} optional />
          <Numb path="validation.max" label={t('validation.max')} optional />
        </Section>
      )}
      {kind === 'date' && <Dates />}
      {kind === 'regex' && <Line path="validation.pattern" label={t('validation.pattern')} mono plain />}
      <Numb path="max_length" label={t('validation.max_length')} optional least={1} />
      <Area path="invalid_message" label={t('fields.invalid_message')} limit={limit.text} rows={2} optional />
      <Numb
        path="max_attempts"
        label={t('fields.max_attempts')}
        help={t('fields.max_attempts_help')}
        optional
        least={0}
      />
    </Fold>
  )
}

const formats = ['iso', 'dd.mm.yyyy', 'mm/dd/yyyy', 'dd/mm/yyyy']

function Dates() {
  const { t } = useTranslation('builder')
  const [format, setFormat] = useField<string>('validation.format')
  const own = format !== undefined && !formats.includes(format)
  return (
    <>
      <Pick
        path="validation.format"
        label={t('validation.format')}
        value={own ? 'own' : (format ?? 'iso')}
        options={[
          { value: 'iso', label: t('validation.iso') },
          ...formats.slice(1).map(value => ({ value, label: value })),
          { value: 'own', label: t('validation.own_format') },
        ]}
        onPick={value => setFormat(value === 'iso' ? undefined : value === 'own' ? '%d %B %Y' : value)}
      />
      {own && <Line path="validation.format" label={t('validation.strptime')} mono plain />}
    </>
  )
}
