import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { fromContent } from '../../messages'
import { Bubble } from '../../messages/Bubble'
import type { Json } from '../../messages/json'
import { SurfaceContext } from '../../messages/surface'
import { componentOf } from '../components'
import { useDesk, useTest } from '../context'
import { pieces } from '../doc/variables'
import { useNode } from './field'
import { Fold } from './fields'
import css from './inspector.module.css'
import { show } from './VariableList'

/** A message that has nothing in it yet is not worth a bubble. */
const shows = (content: Json) => content.type !== 'text' || content.body !== ''

/** Nothing can be tapped here. */
const phone = { place: 'phone' as const, answer: () => {}, openList: () => {} }

/** The message as WhatsApp shows it, with the values of the running test where there are some. */
export function Preview() {
  const { t } = useTranslation('builder')
  const { node } = useNode()
  const { preview } = componentOf(node.type)
  const variables = useTest(test => test.session?.variables)
  const system = useTest(test => test.session?.system)
  const language = useDesk(desk => desk.doc.settings.language) ?? 'en'
  const messages = useMemo(() => {
    const value = (path: string): string => {
      const [root, ...rest] = path.split(/[.[\]]+/).filter(Boolean)
      let found: unknown = system?.[path] ?? variables?.[root!]
      if (system?.[path] === undefined)
        for (const key of rest) found = (found as Record<string, unknown> | undefined)?.[key]
      return found === undefined || found === null ? `‹${path.split('.').at(-1)}›` : show(found)
    }
    const fill = (text: unknown) =>
      pieces(String(text ?? ''))
        .map(piece => (piece.path ? value(piece.path) : piece.text))
        .join('')
    return (preview?.(node, fill, language) ?? []).filter(shows).map(fromContent)
  }, [preview, node, variables, system, language])
  if (messages.length === 0) return null
  return (
    <Fold title={t('preview.title')} open>
      <div className={css.preview} inert>
        <SurfaceContext value={phone}>
          {messages.map((message, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: messages have no id.
            <Bubble key={index} message={message} side="left" meta={null} />
          ))}
        </SurfaceContext>
      </div>
    </Fold>
  )
}
