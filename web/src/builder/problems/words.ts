/** Problems in the reader's language: the common ones by their code, the others in the server's words. */
import { useTranslation } from 'react-i18next'
import type { Finding } from '../../api/bots'
import { useWork } from '../context'
import { usePortLabel } from '../parts/names'
import { portsOf } from '../shape'

const known = [
  'port_not_connected',
  'missing_start',
  'unreachable',
  'unknown_target',
  'unknown_port',
  'loop_without_waiting',
  'invalid_url',
  'invalid_regex',
  'regexes_too_large',
  'reserved_name',
  'duplicate_case',
  'missing_connection',
  'unknown_connection',
  'invalid_recipient',
  'outside_window',
  'unknown_template',
  'template_not_approved',
] as const

export function useProblemText() {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const portLabel = usePortLabel()
  return (finding: Finding): string => {
    const { code, node, port, field, message } = finding
    if (code === 'missing_field') return t(field === 'save_as' ? 'problems.no_variable' : 'problems.missing_field')
    if (code === 'unknown_variable') {
      return t('problems.unknown_variable', { name: message.match(/`(.+)`/)?.[1] ?? '' })
    }
    if (code === 'too_long') {
      const [length, limit] = message.match(/\d+/g) ?? []
      if (limit) return t('problems.too_long', { length, limit })
    }
    const code_ = known.find(one => one === code)
    if (!code_) return message.charAt(0).toUpperCase() + message.slice(1)
    const owner = node ? desk.getState().doc.nodes[node] : undefined
    const shape = owner && portsOf(owner).find(({ name }) => name === port)
    return t(`problems.${code_}`, { port: port ? portLabel(shape ?? { name: port }) : '' })
  }
}
