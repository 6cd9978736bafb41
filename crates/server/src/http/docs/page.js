// Renders /api/openapi.json. No library, no other origin.
const api = await (await fetch('/api/openapi.json')).json()

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

const named = (ref) => api.components.schemas[ref.split('/').pop()]

// An example of a schema; `seen` ends schemas that hold themselves.
const example = (schema, seen = []) => {
  if (!schema) return null
  if (schema.$ref) return seen.includes(schema.$ref) ? {} : example(named(schema.$ref), [...seen, schema.$ref])
  if (schema.example !== undefined) return schema.example
  const one = (schema.oneOf ?? schema.anyOf)?.find((it) => it.type !== 'null')
  if (one) return example(one, seen)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((it) => example(it, seen)))
  if (schema.enum) return schema.enum.join('|')
  const type = [schema.type].flat().find((it) => it !== 'null')
  if (type === 'array') return [example(schema.items, seen)]
  if (type === 'object' || schema.properties)
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, it]) => [key, example(it, seen)]))
  return schema.format ?? type ?? null
}

const bodyOf = (title, content) =>
  Object.entries(content ?? {}).map(([kind, { schema }]) =>
    make('div', {}, make('p', {}, `${title} (${kind})`), make('pre', {}, JSON.stringify(example(schema), null, 2))),
  )

const route = (path, method, it) => {
  const parameters = (it.parameters ?? []).map((p) =>
    make('tr', {}, make('td', {}, make('code', {}, p.name)), make('td', {}, p.in), make('td', {}, p.description ?? '')),
  )
  const answers = Object.entries(it.responses).flatMap(([status, answer]) => [
    make('p', {}, `${status} ${answer.description ?? ''}`),
    ...(status === 'default' ? [] : bodyOf('Body', answer.content)),
  ])
  return make(
    'details',
    {},
    make('summary', {}, make('span', { class: 'method' }, method.toUpperCase()), make('span', { class: 'path' }, path), it.summary ?? ''),
    make('p', {}, it.description ?? ''),
    make('table', {}, ...parameters),
    ...bodyOf('Send', it.requestBody?.content),
    ...answers,
  )
}

document.getElementById('about').textContent = api.info.description
const groups = new Map()
for (const [path, item] of Object.entries(api.paths))
  for (const [method, it] of Object.entries(item)) {
    const tag = it.tags?.[0] ?? 'other'
    groups.set(tag, [...(groups.get(tag) ?? []), route(path, method, it)])
  }
for (const [tag, routes] of groups) {
  document.getElementById('tags').append(make('a', { href: `#${tag}` }, tag))
  document.getElementById('routes').append(make('section', {}, make('h2', { id: tag }, tag), ...routes))
}
