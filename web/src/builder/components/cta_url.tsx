import { IconExternalLink } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Area, Line } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'

export const cta_url: Component = {
  ...shapes.cta_url,
  icon: IconExternalLink,
  summary: node => [node.text, node.button].filter(Boolean).join(' · '),
  preview: (node, fill) => [
    {
      type: 'cta_url',
      header: node.image ? { image: { link: fill(node.image) } } : undefined,
      footer: node.footer ? fill(node.footer) : undefined,
      body: fill(node.text),
      display_text: fill(node.button),
      url: fill(node.url),
    },
  ],
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={limit.body} rows={3} />
        <Line path="button" label={t('cta.label')} limit={limit.button} />
        <Line path="url" label={t('cta.url')} mono />
        <Line path="image" label={t('cta.image')} mono optional />
        <Line path="footer" label={t('cta.footer')} limit={limit.footer} optional />
      </>
    )
  },
}
