import { IconMapPin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Area, SaveAs } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'

export const location_request: Component = {
  ...shapes.location_request,
  icon: IconMapPin,
  summary: node => String(node.text ?? ''),
  preview: (node, fill) => [{ type: 'location_request', body: fill(node.text) }],
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={limit.body} rows={3} />
        <SaveAs path="save_as" type="object" />
        <Attempts />
      </>
    )
  },
}
