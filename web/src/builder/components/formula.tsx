import { IconMathFunction } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Formula, Pick, SaveAs, useField } from '../inspector/fields'
import { Words } from '../inspector/Words'
import { type Component, next, type Port } from './component'

const cases = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

export const formula: Component = {
  family: 'logic',
  icon: IconMathFunction,
  stem: 'formula',
  make: () => ({ expression: '', mode: 'true_false' }),
  ports(node): Port[] {
    switch (node.mode) {
      case 'true_false':
        return [
          { name: 'true', need: 'required' },
          { name: 'false', need: 'required' },
        ]
      case 'custom':
        return [
          ...cases(node.cases).map(
            (value): Port => ({ name: `case:${value}`, need: { unless: 'default' }, label: value }),
          ),
          { name: 'default', need: 'required' },
        ]
      default:
        return [next()]
    }
  },
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
