import { IconUser } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Area } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'
import { textMessage } from './preview'

export const handoff: Component = {
  ...shapes.handoff,
  icon: IconUser,
  summary: node => String(node.text ?? node.summary ?? ''),
  preview: (node, fill) => (node.text ? [textMessage(fill(node.text))] : []),
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <Area path="text" label={t('handoff.text')} limit={limit.text} rows={3} optional />
        <Area
          path="summary"
          label={t('handoff.summary')}
          help={t('handoff.summary_help')}
          limit={2000}
          rows={3}
          optional
        />
      </>
    )
  },
}
