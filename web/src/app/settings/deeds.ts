import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bots, integrations, members } from '../../api/queries'
import type { AuditEntry } from '../../api/types'
import { integrationName } from '../ui/names'

/** An entry of the audit log in words; what has no words yet stands as the server names it. */
export function useDeed() {
  const { t, i18n } = useTranslation('people')
  const { t: app } = useTranslation('app')
  const numbers = useQuery(integrations).data ?? []
  const known = useQuery(bots).data ?? []
  const people = useQuery(members).data ?? []
  const names = new Map<string, string>([
    ...numbers.map(one => [one.id, integrationName(one)] as const),
    ...known.map(one => [one.id, one.name] as const),
    ...people.map(one => [one.id, one.name || one.email] as const),
  ])
  const said = (key: string, fallback: string) => (i18n.exists(`people:${key}`) ? t(key as 'audit.what') : fallback)
  const value = (one: unknown): string => {
    if (typeof one === 'boolean') return said(`audit.${one ? 'yes' : 'no'}`, String(one))
    if (Array.isArray(one)) return one.map(value).join(', ')
    if (typeof one !== 'string') return JSON.stringify(one)
    if (['owner', 'admin', 'builder', 'viewer'].includes(one)) return app(`roles.${one as 'owner'}`)
    return names.get(one) ?? said(`audit.fields.${one}`, one)
  }
  return (one: AuditEntry) => ({
    what: said(`audit.actions.${one.action}`, one.action),
    detail: Object.entries(one.detail as Record<string, unknown>)
      .filter(([, it]) => it !== null && !(Array.isArray(it) && it.length === 0))
      .map(([key, it]) => `${said(`audit.fields.${key}`, key)}: ${value(it)}`)
      .join(' · '),
    about: names.get(one.subject),
  })
}
