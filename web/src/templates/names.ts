import { useTranslation } from 'react-i18next'
import type { TemplateField } from '../api/types'

export const fieldKey = ({ part, name, index, kind }: TemplateField) => `${part} ${name ?? index ?? ''} ${kind}`

const headers = ['image', 'video', 'document', 'location', 'product'] as const
const buttons = ['url_suffix', 'copy_code', 'payload', 'flow_token', 'thumbnail'] as const

/** What a value is, and how it is written, for people. */
export function useFieldWords() {
  const { t } = useTranslation('messages')
  return (field: TemplateField): { label: string; hint?: string } => {
    const { name, label } = field
    const button = buttons.find(one => one === field.kind)
    if (button) return { label: t(`template_fields.${button}`, { label }) }
    const header = headers.find(one => one === field.kind)
    if (header) return { label: t(`template_fields.${header}`), hint: t(`template_fields.${hints[header]}`) }
    if (field.part === 'header') return { label: t('template_fields.header', { name }) }
    return { label: t('template_fields.value', { name }) }
  }
}

const hints = {
  image: 'file_hint',
  video: 'file_hint',
  document: 'file_hint',
  location: 'location_hint',
  product: 'product_hint',
} as const
