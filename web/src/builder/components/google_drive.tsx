import { IconBrandGoogleDrive } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ConnectionPick } from '../inspector/ConnectionPick'
import { Line, Numb, SaveAs } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'

export const google_drive: Component = {
  ...shapes.google_drive,
  icon: IconBrandGoogleDrive,
  summary: node => [node.media, node.folder].filter(Boolean).join(' → '),
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <ConnectionPick kinds={['google']} />
        <Line path="media" label={t('fields.media_variable')} help={t('drive.media_help')} mono bare />
        <Line path="folder" label={t('drive.folder')} help={t('drive.folder_help')} mono optional />
        <Line path="filename" label={t('drive.filename')} help={t('drive.filename_help')} optional />
        <SaveAs path="save_as" help={t('drive.saves')} optional />
        <Numb path="timeout_seconds" label={t('llm.timeout')} optional least={0.1} most={60} placeholder="20" />
      </>
    )
  },
}
