import { IconTemplate } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Json } from '../../messages/json'
import type { FlowNode } from '../doc/definition'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Line, Pick, SaveAs, useField } from '../inspector/fields'
import { QuickReplies, TemplateButtons, TemplateValues } from '../inspector/TemplateParts'
import { type Component, choicePorts, next } from './component'

export interface QuickReply {
  id: string
  index: number
  label?: string
}

export const replies = (node: FlowNode): QuickReply[] =>
  Array.isArray(node.options) ? (node.options as QuickReply[]) : []

export const template: Component = {
  family: 'send',
  icon: IconTemplate,
  stem: 'template',
  make: () => ({ name: '', language: 'en' }),
  ports: node => (replies(node).length > 0 ? choicePorts(replies(node), node) : [next()]),
  summary: node => [node.name, node.language].filter(Boolean).join(' · '),
  preview(node, fill): Json[] {
    const body = Array.isArray(node.body) ? node.body : Object.values((node.body as object) ?? {})
    return [
      {
        type: 'template',
        name: String(node.name || '…'),
        language: String(node.language ?? ''),
        body: body.map(value => ({ value: { text: fill(value) } })),
      },
    ]
  },
  Form() {
    const { t } = useTranslation('builder')
    const [header, setHeader] = useField<{ kind: string }>('header')
    const { length } = replies({ options: useField('options')[0] } as unknown as FlowNode)
    return (
      <>
        <Line path="name" label={t('template.name')} help={t('template.name_help')} mono plain />
        <Line path="language" label={t('template.language')} mono plain />
        <Pick
          path="header.kind"
          label={t('template.header')}
          value={header?.kind ?? 'none'}
          options={(['none', 'text', 'image', 'video', 'document'] as const).map(value => ({
            value,
            label: t(`template.headers.${value}`),
          }))}
          onPick={kind => setHeader(kind === 'none' ? undefined : ({ ...header, kind, value: '' } as { kind: string }))}
        />
        {header && (
          <Line
            path="header.value"
            label={header.kind === 'text' ? t('template.header_text') : t('fields.url')}
            limit={header.kind === 'text' ? limit.header : undefined}
          />
        )}
        <TemplateValues />
        <QuickReplies />
        <TemplateButtons />
        {length > 0 && <SaveAs path="save_as" help={t('fields.saves_label')} />}
        {length > 0 && <Attempts />}
      </>
    )
  },
}
