// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { languages, millions } from './start'

type Tree = { [key: string]: string | Tree }
const root = new URL('.', import.meta.url).pathname
const spaces = readdirSync(`${root}en`)

const read = (language: string, space: string) =>
  JSON.parse(readFileSync(`${root}${language}/${space}`, 'utf8')) as Tree

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  )
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]).sort()

describe.each(spaces)('%s', space => {
  const english = flat(read('en', space))
  const others = Object.keys(languages).filter(language => language !== 'en')

  it.each(others)('has every key in %s, and no other, with the same holes', language => {
    const texts = new Map(flat(read(language, space)))
    expect([...texts.keys()].sort()).toEqual(english.map(([key]) => key).sort())
    for (const [key, text] of english) expect([key, holes(texts.get(key) ?? '')]).toEqual([key, holes(text)])
  })

  it.each(['en', ...others])('leaves nothing empty and shouts nothing in %s', language => {
    for (const [key, text] of flat(read(language, space))) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/[!¡]|\boops\b|successfully|erfolgreich|con éxito|com sucesso/i)
    }
  })
})

describe('the words in the code', () => {
  const sources = walk(new URL('..', import.meta.url).pathname)
  const known = new Set(
    spaces.flatMap(space => flat(read('en', space)).map(([key]) => key.replace(/_(zero|one|other)$/, ''))),
  )

  it('are all there', () => {
    const used = sources.flatMap(source => [...source.matchAll(/\bt\('([\w.]+)'/g)].map(match => match[1]!))
    expect(used.length).toBeGreaterThan(100)
    expect(used.filter(key => !known.has(key))).toEqual([])
  })

  it('are all needed', () => {
    // A text is needed when its key stands in the code, whole or as a pattern: t(`ports.${kind}`) needs all of `ports`.
    const code = sources.join('\n')
    const patterns = [...code.matchAll(/`(\w+[\w.]*\$\{[^`]*)`/g)].map(match => pattern(match[1]!))
    const literals = new Set([...code.matchAll(/['"](?:\w+:)?([\w.]+)['"]/g)].map(match => match[1]!))
    const needed = (key: string) => literals.has(key) || patterns.some(one => one.test(key))
    expect([...known].filter(key => !needed(key))).toEqual([])
  })
})

/** A template of code as a pattern of keys: what is filled in stands for one part of a key or more. */
function pattern(template: string): RegExp {
  const parts = template.split(/\$\{[^}]*\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[\\w.]+')}$`)
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) return walk(`${path}/`)
    return /\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name) ? [readFileSync(path, 'utf8')] : []
  })
}

it('has a form for whole millions where a language has one', () => {
  expect(millions({ a_one: '1 mensaje', a_other: '{{count}} mensajes', b: { c: 'x' } })).toEqual({
    a_one: '1 mensaje',
    a_other: '{{count}} mensajes',
    a_many: '{{count}} mensajes',
    b: { c: 'x' },
  })
})
