import { IconMathFunction } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Formula, Pick, SaveAs, useField } from '../inspector/fields'
import { Words } from '../inspector/Words'
import { shapes } from '../shape'
import type { Component } from './component'

export const formula: Component = {
  ...shapes.formula,
  icon: IconMathFunction,
  summary: node => <code>{String(node.expression ?? '')}</code>,
  Form() {
    const { t } = useTranslation('builder')
    const [mode, setMode] = useField<string>('mode')
    return (
      <>
        <Formula path="expression" label={t('fields.formula')} />
        <Pick
          path="mode"
          label={t('formula.mode')}
          value={mode ?? 'answer'}
          options={(['answer', 'true_false', 'custom'] as const).map(value => ({
            value,
            label: t(`formula.modes.${value}`),
          }))}
          onPick={setMode}
        />
        {mode === 'custom' && (
          <Words path="cases" label={t('formula.cases')} add={t('formula.add_case')} help={t('formula.cases_help')} />
        )}
        <SaveAs path="save_as" label={t('formula.save_as')} optional={mode !== undefined && mode !== 'answer'} />
      </>
    )
  },
}
