import { IconPhoto } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FileKind } from '../../files/FileDialog'
import { Picked } from '../../files/FilePick'
import { isUploaded } from '../../files/upload'
import { limit } from '../doc/limits'
import { Area, Line, Pick, Segments, useField } from '../inspector/fields'
import { shapes } from '../shape'
import type { Component } from './component'
import { mediaMessage } from './preview'

export const media: Component = {
  ...shapes.media,
  icon: IconPhoto,
  summary(node) {
    const shown = String(node.caption || node.url || node.media || '')
    return isUploaded(shown) ? <Picked id={shown} /> : shown
  },
  preview: (node, fill) => [
    mediaMessage(
      String(node.kind ?? 'document'),
      fill(node.url ?? node.media),
      node.caption ? fill(node.caption) : undefined,
      node.filename ? fill(node.filename) : undefined,
    ),
  ],
  Form() {
    const { t } = useTranslation('builder')
    const [kind, setKind] = useField<string>('kind')
    const [variable, setVariable] = useField<string>('media')
    const [, setUrl] = useField<string>('url')
    const from = variable === undefined ? 'url' : 'media'
    return (
      <>
        <Pick
          path="kind"
          label={t('fields.media_kind')}
          value={kind ?? 'auto'}
          options={(['auto', 'image', 'video', 'audio', 'document'] as const).map(value => ({
            value,
            label: value === 'auto' ? t('files.auto') : t(`files.${value}`),
          }))}
          onPick={value => setKind(value === 'auto' ? undefined : value)}
        />
        <Segments
          label={t('fields.media_from')}
          value={from}
          options={[
            { value: 'url', label: t('fields.from_url') },
            { value: 'media', label: t('fields.from_variable') },
          ]}
          onPick={value => {
            setUrl(value === 'url' ? '' : undefined)
            setVariable(value === 'url' ? undefined : '')
          }}
        />
        {from === 'url' ? (
          <Line
            path="url"
            label={t('fields.url')}
            help={t('fields.media_url_help')}
            mono
            files={kind === undefined || kind === 'document' ? ['document'] : [kind as FileKind]}
          />
        ) : (
          <Line path="media" label={t('fields.media_variable')} help={t('fields.media_variable_help')} mono bare />
        )}
        {kind !== 'audio' && (
          <Area path="caption" label={t('fields.caption')} limit={limit.caption} rows={3} optional />
        )}
        {(kind === 'audio' || kind === undefined) && <Voice fromVariable={from === 'media'} />}
        {(kind === 'document' || kind === undefined) && <Line path="filename" label={t('fields.filename')} optional />}
      </>
    )
  },
}

/** Whether sound is shown as a voice note; by default as it came in. */
function Voice({ fromVariable }: { fromVariable: boolean }) {
  const { t } = useTranslation('builder')
  const [voice, setVoice] = useField<boolean>('voice')
  const options = fromVariable ? (['kept', 'yes', 'no'] as const) : (['no', 'yes'] as const)
  return (
    <Pick
      path="voice"
      label={t('fields.voice')}
      help={t('fields.voice_help')}
      value={voice === undefined ? options[0] : voice ? 'yes' : 'no'}
      options={options.map(value => ({ value, label: t(`fields.voice_${value}`) }))}
      onPick={value => setVoice(value === options[0] ? undefined : value === 'yes')}
    />
  )
}
