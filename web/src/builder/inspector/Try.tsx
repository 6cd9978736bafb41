import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTest } from '../context'
import { useNode } from './field'
import css from './inspector.module.css'

/** Values for what is tried out: those of the running test, unless others are typed. */
export function useTry(names: string[]) {
  const tested = useTest(test => test.session?.variables)
  const [typed, setTyped] = useState<Record<string, string>>({})
  const fields = names.map(name => (
    <label key={name} className={css.tryValue}>
      <span className="mono">{name}</span>
      <input
        className={css.input}
        placeholder={tested?.[name] === undefined ? '' : JSON.stringify(tested[name])}
        value={typed[name] ?? ''}
        onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
      />
    </label>
  ))
  return { fields, variables: { ...tested, ...parsed(typed) } }
}

export function RunButton(props: { pending: boolean; onClick: () => void; children: ReactNode }) {
  const { readOnly } = useNode()
  return (
    <Button
      size="xs"
      variant="default"
      disabled={readOnly}
      loading={props.pending}
      leftSection={<IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  )
}

/** What looks like JSON is JSON, anything else is text. */
function parsed(values: Record<string, string>): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== '')
  return Object.fromEntries(
    entries.map(([name, value]) => {
      try {
        return [name, JSON.parse(value)]
      } catch {
        return [name, value]
      }
    }),
  )
}
