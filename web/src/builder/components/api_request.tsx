import { IconArrowsRightLeft } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ApiBody } from '../inspector/ApiParts'
import { ApiTry } from '../inspector/ApiTry'
import { Line, Numb, Pick, SaveAs, useField } from '../inspector/fields'
import { Pairs } from '../inspector/Pairs'
import { Words } from '../inspector/Words'
import { shapes } from '../shape'
import type { Component } from './component'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']

/** The statuses with a port of their own: those that were drawn, and those that only an edge names. */

export const api_request: Component = {
  ...shapes.api_request,
  icon: IconArrowsRightLeft,
  summary: node => (
    <code>
      {String(node.method ?? 'GET')} {String(node.url ?? '').replace(/^https?:\/\/[^/]*\/?/, '…/')}
    </code>
  ),
  Form() {
    const { t } = useTranslation('builder')
    const [method, setMethod] = useField<string>('method')
    const [, setBody] = useField('body')
    const bare = ['GET', 'HEAD'].includes(method ?? 'GET')
    return (
      <>
        <Pick
          path="method"
          label={t('api.method')}
          value={method ?? 'GET'}
          options={methods.map(value => ({ value, label: value }))}
          onPick={value => {
            setMethod(value)
            if (value === 'GET' || value === 'HEAD') setBody(undefined)
          }}
        />
        <Line path="url" label={t('api.url')} mono />
        <Pairs path="params" label={t('api.params')} name={t('api.name')} value={t('api.value')} />
        <Pairs path="headers" label={t('api.headers')} name={t('api.name')} value={t('api.value')} />
        {!bare && <ApiBody />}
        <Words
          path="statuses"
          label={t('api.statuses')}
          add={t('api.add_status')}
          help={t('api.statuses_help')}
          pattern={/^[1-5](\d\d|xx)$/}
          width={90}
        />
        <SaveAs path="save_as" type="object" help={t('api.saves')} optional />
        <Numb path="timeout_seconds" label={t('api.timeout')} optional least={0.1} most={30} placeholder="10" />
        <ApiTry />
      </>
    )
  },
}
