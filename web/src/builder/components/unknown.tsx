import { IconQuestionMark } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNode } from '../inspector/fields'
import css from '../inspector/inspector.module.css'
import { unknown as shape } from '../shape'
import type { Component } from './component'

/** A component that this page does not know. Its fields stay as they are. */
export const unknown: Component = {
  ...shape,
  icon: IconQuestionMark,
  summary: node => node.type,
  Form() {
    const { t } = useTranslation('builder')
    const { node } = useNode()
    return (
      <>
        <p className={css.help}>{t('unknown.text', { type: node.type })}</p>
        <pre className={css.source}>{JSON.stringify(node, null, 2)}</pre>
      </>
    )
  },
}
