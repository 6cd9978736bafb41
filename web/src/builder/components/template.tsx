import { IconTemplate } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { beside, fileOf, type TemplateHeaderKind } from '../../templates/values'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Line, Pick, SaveAs, useField, useNode } from '../inspector/fields'
import { KnownTemplate, TemplatePick, useTemplates } from '../inspector/TemplateKnown'
import { QuickReplies, TemplateButtons, TemplateValues } from '../inspector/TemplateParts'
import { replies, shapes } from '../shape'
import type { Component } from './component'

export const template: Component = {
  ...shapes.template,
  icon: IconTemplate,
  summary: node => [node.name, node.language].filter(Boolean).join(' · '),
  Form() {
    const { t } = useTranslation('builder')
    const { node } = useNode()
    const known = useTemplates()
    const found = known.find(one => one.name === node.name && one.language === node.language)
    const { length } = replies(node)
    return (
      <>
        <TemplatePick known={known} />
        {found ? <KnownTemplate template={found} /> : <TypedTemplate />}
        {length > 0 && <SaveAs path="save_as" help={t('fields.saves_label')} />}
        {length > 0 && <Attempts />}
      </>
    )
  },
}

/** A template that is not in the list: its name, its language and its values are typed, and Meta judges them. */
function TypedTemplate() {
  const { t } = useTranslation('builder')
  const { t: words } = useTranslation('messages')
  const [header, setHeader] = useField<{ kind: string }>('header')
  const kind = header?.kind as TemplateHeaderKind | undefined
  return (
    <>
      <Line path="name" label={t('template.name')} help={t('template.name_help')} mono plain />
      <Line path="language" label={t('template.language')} mono plain />
      <Pick
        path="header.kind"
        label={t('template.header')}
        value={kind ?? 'none'}
        options={(['none', 'text', 'image', 'video', 'document', 'location', 'product'] as const).map(value => ({
          value,
          label: t(`template.headers.${value}`),
        }))}
        onPick={next => setHeader(next === 'none' ? undefined : ({ kind: next, value: '' } as { kind: string }))}
      />
      {kind && (
        <Line
          path="header.value"
          label={kind === 'text' ? t('template.header_text') : words(`template_fields.${kind}`)}
          limit={kind === 'text' ? limit.header : undefined}
          files={fileOf(kind) && [fileOf(kind)!]}
        />
      )}
      {kind &&
        beside[kind].map(name => (
          <Line key={name} path={`header.${name}`} label={words(`template_fields.${name}`)} optional />
        ))}
      <TemplateValues />
      <QuickReplies />
      <TemplateButtons />
    </>
  )
}
