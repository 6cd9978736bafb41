/** What components and ports are called. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowNode } from '../doc/definition'
import { title } from '../doc/definition'
import { isKind, kinds, type Port } from '../shape'

/** A port in words: the person's own label, or what the engine's name means. */
export function usePortLabel() {
  const { t } = useTranslation('builder')
  return ({ name, label, words }: Pick<Port, 'name' | 'label' | 'words'>): string => {
    if (words) return t(`ports.${words}`)
    const [kind, rest] = [name.split(':')[0]!, name.slice(name.indexOf(':') + 1)]
    switch (kind) {
      case 'option':
        return label?.trim() || t('ports.option', { id: rest })
      case 'case':
        return label ?? rest
      case 'status':
        return t('ports.status', { status: rest })
      case 'next':
      case 'fallback':
      case 'error':
      case 'back':
      case 'skip':
      case 'true':
      case 'false':
      case 'default':
      case 'not_found':
        return t(`ports.${kind}`)
      default:
        return name
    }
  }
}

export function useKindName() {
  const { t } = useTranslation('builder')
  // Asked for every node at every change: looked up once.
  return useMemo(() => {
    const names = Object.fromEntries(kinds.map(kind => [kind, t(`kinds.${kind}`)]))
    return (type: string): string => (isKind(type) ? names[type]! : type)
  }, [t])
}

/** What a node is called: its label, else its type. */
export function useNodeName() {
  const kind = useKindName()
  return useMemo(
    () =>
      (node: FlowNode): string =>
        title(node, kind(node.type)),
    [kind],
  )
}
