import { IconBrandPython } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { CodeField } from '../inspector/CodeField'
import { CodeTry } from '../inspector/CodeTry'
import { SaveAs } from '../inspector/fields'
import { Words } from '../inspector/Words'
import { shapes } from '../shape'
import type { Component } from './component'

/** The lines of the function's body: what it is about. */
function gist(code: unknown): string {
  const lines = String(code ?? '').split('\n')
  const from = lines.findIndex(line => line.startsWith('def __custom_fn__'))
  const body = lines.slice(from + 1).filter(line => line.trim() && !line.trim().startsWith('#'))
  return body
    .slice(0, 2)
    .map(line => line.trim())
    .join('\n')
}

export const custom_code: Component = {
  ...shapes.custom_code,
  icon: IconBrandPython,
  summary: node => <code style={{ whiteSpace: 'pre-line' }}>{gist(node.code)}</code>,
  Form() {
    const { t } = useTranslation('builder')
    return (
      <>
        <CodeField path="code" label={t('code.code')} help={t('code.help')} />
        <Words path="cases" label={t('code.cases')} add={t('formula.add_case')} help={t('code.cases_help')} />
        <SaveAs path="save_as" label={t('code.save_as')} optional />
        <CodeTry />
      </>
    )
  },
}
