import { IconMail } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ConnectionPick } from '../inspector/ConnectionPick'
import { Line, Numb } from '../inspector/fields'
import { Lines } from '../inspector/Lines'
import { MailField } from '../mail/MailField'
import { shapes } from '../shape'
import type { Component } from './component'

export const email: Component = {
  ...shapes.email,
  icon: IconMail,
  summary: node => [Array.isArray(node.to) ? node.to.join(', ') : '', node.subject].filter(Boolean).join(' · '),
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <ConnectionPick kinds={['smtp', 'postmark']} none={t('email.installation')} />
        <Lines
          path="to"
          label={t('email.to')}
          add={t('email.add')}
          help={t('email.to_help')}
          most={10}
          placeholder="ana@example.com"
        />
        <Lines path="cc" label={t('email.cc')} add={t('email.add_cc')} optional most={10} />
        <Line path="subject" label={t('email.subject')} />
        <MailField path="html" label={t('email.text')} help={t('email.text_help')} />
        <Lines
          path="attachments"
          label={t('email.files')}
          add={t('email.add_file')}
          help={t('email.files_help')}
          optional
          most={10}
          bare
          files
        />
        <Numb path="timeout_seconds" label={t('llm.timeout')} optional least={0.1} most={60} placeholder="20" />
      </>
    )
  },
}
