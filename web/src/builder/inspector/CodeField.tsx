import { lazy, Suspense } from 'react'
import { Frame } from './Frame'
import { useField, useFindings, useNode } from './field'
import css from './inspector.module.css'

/** The editor is large and few nodes need it: it comes when the first of them is opened. */
const CodeEdit = lazy(() => import('./CodeEdit'))

/** Python, with its lines numbered; the line of a problem is marked. */
export function CodeField({ path, label, help }: { path: string; label: string; help: string }) {
  const { id, readOnly } = useNode()
  const [value, setValue] = useField<string>(path)
  const findings = useFindings(path)
  const wrong = findings.flatMap(({ message }) => /^line (\d+):/.exec(message)?.[1] ?? []).map(Number)
  return (
    <Frame path={path} label={label} help={help}>
      <Suspense fallback={<pre className={`${css.source} ${css.code}`}>{value}</pre>}>
        <CodeEdit
          key={id}
          value={value ?? ''}
          label={label}
          wrong={wrong.join(' ')}
          readOnly={readOnly}
          onChange={setValue}
        />
      </Suspense>
    </Frame>
  )
}
