/** Reads and writes inside a node by the paths that the server names problems with: `buttons[0].label`. */
type Step = string | number

function steps(path: string): Step[] {
  return path
    .split(/[.[]/)
    .filter(Boolean)
    .map(part => (part.endsWith(']') ? Number(part.slice(0, -1)) : part))
}

export function read(value: unknown, path: string): unknown {
  let found = value
  for (const step of steps(path)) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<Step, unknown>)[step]
  }
  return found
}

/** A copy with another value at the path; `undefined` takes the field away. */
export function write<T>(value: T, path: string, next: unknown): T {
  return put(value, steps(path), next) as T
}

function put(value: unknown, [step, ...rest]: Step[], next: unknown): unknown {
  if (step === undefined) return next
  if (typeof step === 'number') {
    const items = Array.isArray(value) ? [...value] : []
    items[step] = put(items[step], rest, next)
    return items
  }
  const fields = { ...((value as Record<string, unknown> | undefined) ?? {}) }
  const made = put(fields[step], rest, next)
  if (made === undefined) delete fields[step]
  else fields[step] = made
  return fields
}
