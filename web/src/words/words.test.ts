// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

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
  const german = new Map(flat(read('de', space)))

  it('has every key in German, and no other', () => {
    expect([...german.keys()].sort()).toEqual(english.map(([key]) => key).sort())
  })

  it('fills the same holes', () => {
    for (const [key, text] of english) expect([key, holes(german.get(key) ?? '')]).toEqual([key, holes(text)])
  })

  it('leaves nothing empty and shouts nothing', () => {
    for (const [key, text] of [...english, ...german]) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/!|\boops\b|successfully|erfolgreich/i)
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
})

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}${entry.name}`
    if (entry.isDirectory()) return walk(`${path}/`)
    return /\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name) ? [readFileSync(path, 'utf8')] : []
  })
}
