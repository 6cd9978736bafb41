import { IconLayoutRows } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Choices } from '../inspector/Choices'
import { Area, Line, SaveAs } from '../inspector/fields'
import { Picture } from '../inspector/Picture'
import { choices, shapes } from '../shape'
import type { Component } from './component'
import { buttonsMessage } from './preview'

export const question_buttons: Component = {
  ...shapes.question_buttons,
  icon: IconLayoutRows,
  summary: node => String(node.text ?? ''),
  preview: (node, fill) => [
    buttonsMessage(
      fill(node.text),
      choices(node.buttons).map(button => fill(button.label)),
      { image: node.image && fill(node.image), footer: node.footer ? fill(node.footer) : undefined },
    ),
  ],
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={limit.body} rows={4} />
        <Choices
          path="buttons"
          label={t('fields.buttons')}
          add={t('fields.add_button')}
          most={3}
          limit={limit.button}
        />
        <SaveAs path="save_as" help={t('fields.saves_label')} />
        <Picture path="image" />
        <Line path="footer" label={t('fields.footer')} limit={limit.footer} optional />
        <Attempts />
      </>
    )
  },
}
