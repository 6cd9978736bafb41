import { IconArrowsRightLeft } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FlowNode } from '../doc/definition'
import { ApiBody } from '../inspector/ApiParts'
import { ApiTry } from '../inspector/ApiTry'
import { Line, Numb, Pick, SaveAs, useField } from '../inspector/fields'
import { Pairs } from '../inspector/Pairs'
import { Words } from '../inspector/Words'
import { type Component, next, type Port } from './component'

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']

/** The statuses with a port of their own: those that were drawn, and those that only an edge names. */
export function statuses(node: FlowNode): string[] {
  const drawn = Array.isArray(node.statuses) ? node.statuses.map(String) : []
  const wired = Object.keys(node.ports ?? {}).flatMap(port => (port.startsWith('status:') ? [port.slice(7)] : []))
  return [...new Set([...drawn, ...wired])]
}

export const api_request: Component = {
  family: 'call',
  icon: IconArrowsRightLeft,
  stem: 'request',
  calls: true,
  make: () => ({ method: 'GET', url: 'https://', save_as: 'answer' }),
  ports(node): Port[] {
    const own = statuses(node)
    const ports: Port[] = own.map(status => ({
      name: `status:${status}`,
      need: Array.isArray(node.statuses) && node.statuses.includes(status) ? 'required' : 'optional',
      label: status,
    }))
    if (own.length === 0) {
      ports.push(next({ unless: 'default' }))
      if (node.ports?.default) ports.push({ name: 'default', need: 'optional' })
    } else {
      if (node.ports?.next) ports.push(next('optional'))
      ports.push({ name: 'default', need: { unless: 'next' }, words: 'other_status' })
    }
    return ports
  },
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
