import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FlowNode } from '../doc/definition'
import { Findings } from './Frame'
import { useFindings } from './field'
import { Formula, Line, Pick, SaveAs, Segments, useField, useNode } from './fields'
import css from './inspector.module.css'

const verbs = ['set', 'increment', 'append', 'clear'] as const

export interface OperationValue {
  do: (typeof verbs)[number]
  variable: string
  value?: unknown
  formula?: string
  by?: unknown
}

export const operations = (node: FlowNode): OperationValue[] =>
  Array.isArray(node.operations) ? (node.operations as OperationValue[]) : []

/** What is done to variables, in order. */
export function Operations() {
  const { t } = useTranslation('builder')
  const { node, change, readOnly } = useNode()
  const items = operations(node)
  const findings = useFindings('operations')
  return (
    <>
      {items.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: operations have no id.
        <div key={index} className={css.box}>
          <Operation
            path={`operations[${index}]`}
            onRemove={
              readOnly || items.length === 1
                ? undefined
                : () =>
                    change(
                      'operations',
                      items.filter((__, other) => other !== index),
                      false,
                    )
            }
          />
        </div>
      ))}
      <Findings findings={findings} />
      {!readOnly && (
        <button
          type="button"
          className={css.add}
          onClick={() => change('operations', [...items, { do: 'set', variable: '', value: '' }], false)}
        >
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('set.add')}
        </button>
      )}
    </>
  )
}

function Operation({ path, onRemove }: { path: string; onRemove?: () => void }) {
  const { t } = useTranslation('builder')
  const { change } = useNode()
  const [operation] = useField<OperationValue>(path)
  if (!operation) return null
  const { do: verb, variable, formula, by } = operation
  const own = { do: verb, variable }
  return (
    <>
      <div className={css.withRemove}>
        <Pick
          path={`${path}.do`}
          label={t('set.what')}
          value={verb}
          options={verbs.map(value => ({ value, label: t(`set.verbs.${value}`) }))}
          onPick={value =>
            change(
              path,
              {
                do: value,
                variable,
                ...(value === 'set' || value === 'append' ? { value: operation.value ?? '' } : {}),
              },
              false,
            )
          }
        />
        {onRemove && (
          <button type="button" className={css.icon} aria-label={t('set.remove')} onClick={onRemove}>
            <IconTrash size={14} stroke={1.75} aria-hidden="true" />
          </button>
        )}
      </div>
      <SaveAs path={`${path}.variable`} label={t('set.variable')} optional={false} />
      {verb === 'set' && (
        <Segments
          label={t('set.from')}
          value={formula === undefined ? 'value' : 'formula'}
          options={[
            { value: 'value', label: t('set.value') },
            { value: 'formula', label: t('set.formula') },
          ]}
          onPick={kind => change(path, kind === 'formula' ? { ...own, formula: '' } : { ...own, value: '' }, false)}
        />
      )}
      {verb === 'set' && formula !== undefined && <Formula path={`${path}.formula`} label={t('fields.formula')} />}
      {((verb === 'set' && formula === undefined) || verb === 'append') && <Value path={`${path}.value`} />}
      {verb === 'increment' && (
        <Line path={`${path}.by`} label={t('set.by')} optional help={by === undefined ? t('set.by_help') : undefined} />
      )}
    </>
  )
}

/** A text, or any JSON that a file brought. */
function Value({ path }: { path: string }) {
  const { t } = useTranslation('builder')
  const [value] = useField<unknown>(path)
  if (typeof value === 'object' && value !== null) {
    return (
      <div className={css.field} data-field={path}>
        <div className={css.label}>
          <span>{t('set.value')}</span>
        </div>
        <pre className={css.source}>{JSON.stringify(value, null, 2)}</pre>
      </div>
    )
  }
  return <Line path={path} label={t('set.value')} help={t('set.value_help')} />
}
