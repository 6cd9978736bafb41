import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Frame } from '../inspector/Frame'
import { useField, useNode } from '../inspector/field'
import inspector from '../inspector/inspector.module.css'
import { strangers } from './html'
import { Source } from './Source'

/** The editor is large, and few nodes need it: it comes when the first of them is opened. */
const MailEdit = lazy(() => import('./MailEdit'))

/** The text of an e-mail: as it looks, or as its HTML. */
export function MailField({ path, label, help }: { path: string; label: string; help: string }) {
  const { t } = useTranslation('builder')
  const { id } = useNode()
  const [value, setValue] = useField<string>(path)
  const html = value ?? ''
  const [source, setSource] = useState(false)
  const unknown = useMemo(() => strangers(html), [html])
  return (
    <Frame
      path={path}
      label={label}
      help={unknown.length > 0 ? t('email.only_source', { what: unknown.slice(0, 4).join(', ') }) : help}
    >
      {source || unknown.length > 0 ? (
        <Source
          path={path}
          label={label}
          value={html}
          onChange={setValue}
          onLook={unknown.length > 0 ? undefined : () => setSource(false)}
        />
      ) : (
        <Suspense fallback={<pre className={inspector.source}>{html}</pre>}>
          <MailEdit key={id} path={path} value={html} onChange={setValue} onSource={() => setSource(true)} />
        </Suspense>
      )}
    </Frame>
  )
}
