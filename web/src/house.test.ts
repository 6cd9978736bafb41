// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('.', import.meta.url).pathname
const files = walk(root)

/** What a file imports to run; types are gone by then. */
function imports(file: string): string[] {
  const code = readFileSync(file, 'utf8')
  const found = [...code.matchAll(/^(?:import|export) (?!type )(?:[^'"]*? from )?'(\.[^']+)'/gm)].map(
    match => match[1]!,
  )
  return found.flatMap(path => {
    const place = join(dirname(file), path)
    return [place, `${place}.ts`, `${place}.tsx`, `${place}/index.ts`].filter(one => files.includes(one)).slice(0, 1)
  })
}

test('no files import each other in a circle', () => {
  const arrows = new Map(files.map(file => [file, imports(file)]))
  expect([...arrows.values()].flat().length).toBeGreaterThan(500)
  const done = new Set<string>()
  const way: string[] = []
  const circles: string[] = []
  const visit = (file: string) => {
    if (done.has(file)) return
    const at = way.indexOf(file)
    if (at >= 0) {
      circles.push([...way.slice(at), file].map(one => relative(root, one)).join(' → '))
      return
    }
    way.push(file)
    for (const next of arrows.get(file)!) visit(next)
    way.pop()
    done.add(file)
  }
  for (const file of files) visit(file)
  // An edited message holds the message that it became.
  expect(circles).toEqual(['messages/index.ts → messages/edit.tsx → messages/index.ts'])
})

test('verbs on documents draw nothing', () => {
  for (const file of files.filter(file => /\/builder\/(doc|shape)\//.test(file))) {
    expect(/from '(react|react-i18next|@[a-z]+\/[^']*|.*\.tsx)'/.test(readFileSync(file, 'utf8')), file).toBe(false)
    expect(
      imports(file).filter(path => path.endsWith('.tsx')),
      file,
    ).toEqual([])
  }
})

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return walk(path)
    return /\.tsx?$/.test(entry.name) && !/\.(test|d)\./.test(entry.name) ? [path] : []
  })
}
