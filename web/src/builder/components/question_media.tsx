import { IconPaperclip } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { Attempts } from '../inspector/Attempts'
import { Area, Checks, Line, Numb, Pick, SaveAs, useField } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'
import { buttonsMessage, textMessage } from './preview'

const fileKinds = ['image', 'video', 'audio', 'document'] as const
const mib = 1024 * 1024

export const question_media: Component = {
  ...shapes.question_media,
  icon: IconPaperclip,
  summary: node => String(node.text ?? ''),
  preview: (node, fill) =>
    Number(node.max_files ?? 1) > 1 && node.done_button
      ? [buttonsMessage(fill(node.text), [fill(node.done_button)])]
      : [textMessage(fill(node.text))],
  Form() {
    const { t } = useTranslation('builder')
    const [files] = useField<number>('max_files')
    const [bytes, setBytes] = useField<number>('max_bytes')
    const several = (files ?? 1) > 1
    return (
      <>
        <Area path="text" label={t('fields.message')} limit={several ? limit.body : limit.text} rows={3} />
        <Checks
          path="kinds"
          label={t('fields.file_kinds')}
          options={fileKinds.map(value => ({ value, label: t(`files.${value}`) }))}
        />
        <Numb path="max_files" label={t('fields.max_files')} least={1} most={30} />
        {several && <Line path="done_button" label={t('fields.done_button')} limit={limit.button} optional />}
        <Numb
          path="max_bytes"
          label={t('fields.max_bytes')}
          optional
          least={1}
          most={100}
          value={bytes === undefined ? undefined : Math.round(bytes / mib)}
          onValue={value => setBytes(value === undefined ? undefined : value * mib)}
        />
        <Pick
          path="keep"
          label={t('fields.keep')}
          options={[
            { value: 'permanent', label: t('fields.keep_permanent') },
            { value: 'temporary', label: t('fields.keep_temporary') },
          ]}
        />
        <SaveAs path="save_as" type="media" />
        <Attempts />
      </>
    )
  },
}
