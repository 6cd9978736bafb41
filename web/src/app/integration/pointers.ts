/** Every pointer into the body that makes an integration, by the description of the API: what a refusal may name. */
export function formPointers(description: Json): string[] {
  const body = at(description, ['paths', '/api/v1/integrations', 'post', 'requestBody', 'content', 'application/json'])
  const found = new Set<string>()
  walk((body as Json).schema as Json, '', description, found, 0)
  return [...found]
}

type Json = { [key: string]: unknown }

const at = (value: unknown, path: string[]): unknown => path.reduce((inner, key) => (inner as Json)?.[key], value)

const deepest = 6

function walk(schema: Json | undefined, pointer: string, all: Json, found: Set<string>, depth: number) {
  if (!schema || depth > deepest) return
  if (pointer) found.add(pointer)
  if (typeof schema.$ref === 'string')
    walk(at(all, schema.$ref.slice(2).split('/')) as Json, pointer, all, found, depth)
  for (const kind of ['oneOf', 'anyOf', 'allOf'])
    for (const one of (schema[kind] as Json[] | undefined) ?? []) walk(one, pointer, all, found, depth)
  for (const [name, inner] of Object.entries((schema.properties as Json | undefined) ?? {}))
    walk(inner as Json, `${pointer}/${name}`, all, found, depth + 1)
  if (schema.items) walk(schema.items as Json, `${pointer}/0`, all, found, depth + 1)
  if (typeof schema.additionalProperties === 'object')
    walk(schema.additionalProperties as Json, `${pointer}/name`, all, found, depth + 1)
}
