import { Frame } from './Frame'
import { useField, useNode } from './field'
import { Rows } from './Rows'
import { TextEdit } from './TextEdit'
import { WithFile } from './TextField'

interface Props {
  path: string
  label: string
  add: string
  help?: string
  optional?: boolean
  most: number
  placeholder?: string
  /** The names of variables without braces. */
  bare?: boolean
  /** Uploaded files can be put here. */
  files?: boolean
}

/** Several texts of one line each, in order. */
export function Lines({ path, label, add, help, optional, most, placeholder, bare, files }: Props) {
  const { change } = useNode()
  const [value] = useField<string[]>(path)
  const stored = Array.isArray(value) ? value : []
  const lines = stored.length === 0 && !optional ? [''] : stored
  const write = (next: string[], joins: boolean) => change(path, next.length > 0 || !optional ? next : undefined, joins)
  return (
    <Frame path={path} label={label} help={help} optional={optional && lines.length === 0}>
      <Rows
        items={lines}
        path={(_, index) => `${path}[${index}]`}
        add={add}
        needed={!optional}
        most={most}
        onAdd={() => write([...lines, ''], false)}
        onRemove={index =>
          write(
            lines.filter((_, at) => at !== index),
            false,
          )
        }
      >
        {(line, index) => {
          const put = (next: string) =>
            write(
              lines.map((other, at) => (at === index ? next : other)),
              true,
            )
          return (
            <div className="grow">
              <WithFile files={files ? 'any' : undefined} value={line} onPick={put}>
                <TextEdit
                  path={`${path}[${index}]`}
                  value={line}
                  single
                  bare={bare}
                  mono={bare}
                  label={`${label} ${index + 1}`}
                  placeholder={placeholder}
                  onChange={put}
                />
              </WithFile>
            </div>
          )
        }}
      </Rows>
    </Frame>
  )
}
