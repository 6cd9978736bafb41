import { IconTable } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ConnectionPick } from '../inspector/ConnectionPick'
import { Line, Numb, Pick, SaveAs, useField } from '../inspector/fields'
import { Pairs } from '../inspector/Pairs'
import { shapes } from '../shape'
import type { Component } from './component'

const actions = ['insert', 'update', 'read', 'delete'] as const

export const google_sheets: Component = {
  ...shapes.google_sheets,
  icon: IconTable,
  summary: node => [node.action, node.sheet, node.column].filter(Boolean).join(' · '),
  Form() {
    const { t } = useTranslation('builder')
    const [action] = useField<string>('action')
    const inserts = (action ?? 'insert') === 'insert'
    const writes = inserts || action === 'update'
    return (
      <>
        <ConnectionPick kinds={['google']} />
        <Line path="spreadsheet" label={t('sheets.spreadsheet')} help={t('sheets.spreadsheet_help')} mono />
        <Line path="sheet" label={t('sheets.sheet')} />
        <Pick
          path="action"
          label={t('sheets.action')}
          options={actions.map(value => ({ value, label: t(`sheets.actions.${value}`) }))}
        />
        {!inserts && (
          <>
            <Line path="column" label={t('sheets.column')} help={t('sheets.column_help')} />
            <Line path="value" label={t('sheets.value')} />
          </>
        )}
        {writes && (
          <Pairs path="values" label={t('sheets.values')} name={t('sheets.column_name')} value={t('api.value')} />
        )}
        <SaveAs path="save_as" type="object" help={t('sheets.saves')} optional />
        <Numb path="timeout_seconds" label={t('llm.timeout')} optional least={0.1} most={60} placeholder="20" />
      </>
    )
  },
}
