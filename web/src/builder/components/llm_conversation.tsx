import { IconSparkles } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { limit } from '../doc/limits'
import { ConnectionPick } from '../inspector/ConnectionPick'
import { Area, Fold, Line, Numb, SaveAs, Segments, useField } from '../inspector/fields'
import { Words } from '../inspector/Words'
import { shapes } from '../shape'
import type { Component } from './component'
import { textMessage } from './preview'

export const llm_conversation: Component = {
  ...shapes.llm_conversation,
  icon: IconSparkles,
  summary: node => [node.model, node.opening ?? node.input ?? node.system].filter(Boolean).join(' · '),
  preview: (node, fill) => (node.opening ? [textMessage(fill(node.opening))] : []),
  Form() {
    const { t } = useTranslation('builder')
    const [mode, setMode] = useField<string>('mode')
    const talks = mode !== 'processing'
    return (
      <>
        <ConnectionPick kinds={['openai', 'gemini', 'anthropic']} />
        <Line path="model" label={t('llm.model')} help={t('llm.model_help')} mono plain />
        <Segments
          label={t('llm.mode')}
          value={talks ? 'conversation' : 'processing'}
          options={[
            { value: 'conversation', label: t('llm.conversation') },
            { value: 'processing', label: t('llm.processing') },
          ]}
          onPick={value => setMode(value === 'processing' ? value : undefined)}
        />
        <Area path="system" label={t('llm.system')} help={t('llm.system_help')} rows={5} optional />
        <Area path="context" label={t('llm.context')} help={t('llm.context_help')} rows={3} optional />
        {talks ? (
          <>
            <Area
              path="opening"
              label={t('llm.opening')}
              help={t('llm.opening_help')}
              limit={limit.text}
              rows={2}
              optional
            />
            <Words
              path="exit_words"
              label={t('llm.exit_words')}
              add={t('llm.add_word')}
              help={t('llm.exit_words_help')}
            />
            <Area path="exit_when" label={t('llm.exit_when')} help={t('llm.exit_when_help')} rows={2} optional />
            <Numb path="history" label={t('llm.history')} optional least={0} most={20} placeholder="5" />
            <Numb path="max_rounds" label={t('llm.max_rounds')} optional least={1} most={100} placeholder="20" />
          </>
        ) : (
          <Area path="input" label={t('llm.input')} help={t('llm.input_help')} rows={3} optional />
        )}
        <SaveAs path="save_as" optional />
        <Fold title={t('llm.more')}>
          <Numb path="temperature" label={t('llm.temperature')} optional least={0} most={2} />
          <Numb path="max_tokens" label={t('llm.max_tokens')} optional least={1} most={16384} placeholder="1024" />
          <Numb path="timeout_seconds" label={t('llm.timeout')} optional least={1} most={60} placeholder="20" />
          <Numb path="input_price" label={t('llm.input_price')} help={t('llm.price_help')} optional least={0} />
          <Numb path="output_price" label={t('llm.output_price')} optional least={0} />
        </Fold>
      </>
    )
  },
}
