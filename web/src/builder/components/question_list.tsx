import { IconList } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Choices } from '../inspector/Choices'
import { Area, Line, SaveAs, useField } from '../inspector/fields'
import { Picture } from '../inspector/Picture'
import { Sections } from '../inspector/Sections'
import { type ChoiceValue, choices, type SectionValue, sections, shapes } from '../shape'
import type { Component } from './component'
import { imageMessage, listMessage } from './preview'

/** The default label of the button, as the engine has it in the bot's language. */
const CHOOSE: Record<string, string> = { de: 'Auswählen', es: 'Elegir', pt: 'Escolher' }

export const question_list: Component = {
  ...shapes.question_list,
  icon: IconList,
  summary: node => String(node.text ?? ''),
  preview(node, fill, language) {
    const rows = (options: ChoiceValue[]) =>
      options.map(option => ({
        id: option.id,
        title: fill(option.label),
        description: option.description ? fill(option.description) : undefined,
      }))
    const parts = [
      ...(choices(node.options).length > 0 ? [{ rows: rows(choices(node.options)) }] : []),
      ...sections(node.sections).map(part => ({ title: fill(part.title), rows: rows(choices(part.options)) })),
    ]
    const list = listMessage(fill(node.text), node.button ? fill(node.button) : (CHOOSE[language] ?? 'Choose'), parts, {
      header: node.header ? fill(node.header) : undefined,
      footer: node.footer ? fill(node.footer) : undefined,
    })
    return node.image ? [imageMessage(fill(node.image)), list] : [list]
  },
  Form() {
    const { t } = useTranslation('builder')
    const [parts] = useField<SectionValue[]>('sections')
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={limit.body} rows={4} />
        <Line path="button" label={t('fields.list_button')} limit={limit.button} optional />
        {parts?.length ? (
          <Sections />
        ) : (
          <>
            <Choices
              path="options"
              label={t('fields.options')}
              add={t('fields.add_option')}
              most={10}
              limit={limit.row}
              descriptions
            />
            <Sections />
          </>
        )}
        <SaveAs path="save_as" help={t('fields.saves_label')} />
        <Line path="header" label={t('fields.header')} limit={limit.header} optional />
        <Line path="footer" label={t('fields.footer')} limit={limit.footer} optional />
        <Picture path="image" help={t('fields.list_picture')} />
        <Attempts />
      </>
    )
  },
}
