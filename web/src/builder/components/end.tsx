import { IconFlag } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Area } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'
import { textMessage } from './preview'

export const end: Component = {
  ...shapes.end,
  icon: IconFlag,
  summary: node => String(node.text ?? ''),
  preview: (node, fill) => (node.text ? [textMessage(fill(node.text))] : []),
  Form() {
    const { t } = useTranslation('builder')
    return <Area path="text" label={t('fields.last_message')} limit={limit.text} rows={4} optional />
  },
}
