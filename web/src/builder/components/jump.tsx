import { IconArrowForwardUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Segments, Toggle, useField } from '../inspector/fields'
import { BotPick, NodePick } from '../inspector/JumpParts'
import { Pairs } from '../inspector/Pairs'
import { shapes } from '../shape'
import type { Component } from './component'

export const jump: Component = {
  ...shapes.jump,
  icon: IconArrowForwardUp,
  summary: node => <code>{String(node.to ?? node.bot ?? '')}</code>,
  Form() {
    const { t } = useTranslation('builder')
    const [bot, setBot] = useField<string>('bot')
    const [, setTo] = useField<string>('to')
    const [returns, setReturns] = useField<boolean>('return')
    const [, setVariables] = useField('variables')
    const [, setSaves] = useField('save_as')
    const where = bot === undefined ? 'node' : 'bot'
    return (
      <>
        <Segments
          label={t('jump.where')}
          value={where}
          options={[
            { value: 'node', label: t('jump.node') },
            { value: 'bot', label: t('jump.bot') },
          ]}
          onPick={value => {
            setTo(value === 'node' ? '' : undefined)
            setBot(value === 'bot' ? '' : undefined)
            if (value === 'bot') return
            setReturns(undefined)
            setVariables(undefined)
            setSaves(undefined)
          }}
        />
        {where === 'node' ? (
          <NodePick path="to" label={t('jump.to')} />
        ) : (
          <>
            <BotPick path="bot" label={t('jump.which')} />
            <Pairs path="variables" label={t('jump.variables')} name={t('jump.variable')} value={t('jump.value')} />
            <Toggle path="return" label={t('jump.returns')} help={t('jump.returns_help')} usual={false} />
            {returns && (
              <Pairs path="save_as" label={t('jump.saves')} name={t('jump.here')} value={t('jump.there')} plain />
            )}
          </>
        )}
      </>
    )
  },
}
