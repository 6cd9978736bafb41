import { IconHourglass } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Numb, Pick, Section } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'

const parts = ['days', 'hours', 'minutes', 'seconds'] as const

export const time_delay: Component = {
  ...shapes.time_delay,
  icon: IconHourglass,
  summary: node =>
    parts
      .filter(part => node[part])
      .map(part => `${node[part]} ${part[0] === 'm' ? 'min' : part[0]}`)
      .join(' '),
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <Section row label={t('delay.how_long')}>
          {parts.map(part => (
            <Numb key={part} path={part} label={t(`delay.${part}`)} optional least={0} />
          ))}
        </Section>
        <Pick
          path="outside_window"
          label={t('delay.outside')}
          help={t('delay.outside_help')}
          usual="continue"
          options={[
            { value: 'continue', label: t('delay.continue') },
            { value: 'error', label: t('delay.error') },
          ]}
        />
      </>
    )
  },
}
