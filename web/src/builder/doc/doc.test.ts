import { describe, expect, it } from 'vitest'
import { copy, paste, readClip } from './clipboard'
import { compare, words } from './compare'
import { close, type Definition, type Doc, open } from './definition'
import { addNode, connect, disconnect, insertOn, remove, removeAndHeal, setField } from './edit'
import { merge, withTheirs } from './merge'
import { read, write } from './path'
import { createDesk } from './store'
import { isKnown, leastLength, pieces, renameVariable, usages } from './variables'

const menu: Definition = {
  format: 1,
  name: 'Menu',
  start: 'ask',
  variables: { name: 'text', choice: 'text' },
  nodes: [
    { id: 'ask', type: 'question_text', text: 'Your name?', save_as: 'name', ports: { next: 'menu' } },
    {
      id: 'menu',
      type: 'question_buttons',
      text: 'Hello {name}, how can we help?',
      save_as: 'choice',
      buttons: [
        { id: 'hours', label: 'Hours' },
        { id: 'order', label: 'My order' },
      ],
      ports: { 'option:hours': 'bye', 'option:order': 'bye' },
    },
    { id: 'bye', type: 'end', text: 'You chose {choice}.' },
  ],
  layout: { ask: [0, 0], menu: [320, 0], bye: [640, 0] },
}
const doc = () => open(structuredClone(menu))

describe('a document', () => {
  it('is closed as the file it was opened from', () => {
    expect(close(doc())).toEqual({ ...menu, settings: undefined, notes: undefined, tests: undefined })
    const newer = { ...menu, something: { newer: true } } as Definition
    expect(close(open(newer))).toMatchObject({ something: { newer: true } })
  })

  it('gives nodes without a place one that nobody has', () => {
    const { layout } = open({ ...menu, layout: { ask: [0, 0] } })
    expect(new Set(Object.values(layout).map(String)).size).toBe(3)
  })
})

describe('the desk', () => {
  it('takes every step back and does it again', () => {
    const desk = createDesk({ doc: doc() })
    const before = desk.getState().doc
    desk.getState().change('remove', now => remove(now, new Set(['menu'])))
    desk.getState().change('edit', now => setField(now, 'ask', 'text', 'Name?'))
    const after = desk.getState().doc
    desk.getState().undo()
    desk.getState().undo()
    expect(desk.getState().doc).toEqual(before)
    expect(desk.getState().past).toHaveLength(0)
    desk.getState().redo()
    desk.getState().redo()
    expect(desk.getState().doc).toEqual(after)
  })

  it('takes a thousand steps back', () => {
    const desk = createDesk({ doc: doc() }, () => 0)
    for (let i = 0; i < 1000; i += 1) desk.getState().change('edit', now => setField(now, 'ask', 'text', `${i}`))
    for (let i = 0; i < 1000; i += 1) desk.getState().undo()
    expect(desk.getState().doc.nodes.ask?.text).toBe('Your name?')
  })

  it('joins typing into one step, until there is a pause', () => {
    let now = 0
    const desk = createDesk({ doc: doc() }, () => now)
    const type = (text: string) => desk.getState().change('edit', was => setField(was, 'ask', 'text', text), 'ask:text')
    type('A')
    type('An')
    now = 400
    type('Ana')
    now = 9000
    type('Ana?')
    expect(desk.getState().past).toHaveLength(2)
    desk.getState().undo()
    expect(desk.getState().doc.nodes.ask?.text).toBe('Ana')
    desk.getState().undo()
    expect(desk.getState().doc.nodes.ask?.text).toBe('Your name?')
  })

  it('goes on from a kept history', () => {
    const desk = createDesk({ doc: doc() })
    desk.getState().change('edit', now => setField(now, 'ask', 'text', 'Name?'))
    const kept = JSON.parse(JSON.stringify({ doc: desk.getState().doc, past: desk.getState().past }))
    const again = createDesk(kept)
    again.getState().undo()
    expect(again.getState().doc.nodes.ask?.text).toBe('Your name?')
  })

  it('forgets what was taken back when something else is done', () => {
    const desk = createDesk({ doc: doc() })
    desk.getState().change('edit', now => setField(now, 'ask', 'text', 'A'))
    desk.getState().undo()
    desk.getState().change('edit', now => setField(now, 'bye', 'text', 'B'))
    expect(desk.getState().future).toHaveLength(0)
  })
})

describe('edits', () => {
  it('make the first node the start', () => {
    const empty = open({ format: 1, name: 'x', start: '', nodes: [] })
    expect(addNode(empty, { id: 'a', type: 'end' }, [0, 0]).start).toBe('a')
  })

  it('let go of the edge of a button that is gone', () => {
    const one = setField(doc(), 'menu', 'buttons', [{ id: 'order', label: 'My order' }])
    expect(one.nodes.menu?.ports).toEqual({ 'option:order': 'bye' })
  })

  it('put a node into an edge', () => {
    const next = insertOn(doc(), { from: 'ask', port: 'next' }, { id: 'wait', type: 'time_delay', minutes: 1 }, [1, 1])
    expect(next.nodes.ask?.ports).toEqual({ next: 'wait' })
    expect(next.nodes.wait?.ports).toEqual({ next: 'menu' })
  })

  it('join what stood before and after a node that is taken away', () => {
    const longer = insertOn(doc(), { from: 'ask', port: 'next' }, { id: 'wait', type: 'time_delay' }, [1, 1])
    expect(removeAndHeal(longer, new Set(['wait'])).nodes.ask?.ports).toEqual({ next: 'menu' })
    expect(removeAndHeal(doc(), new Set(['menu'])).nodes.ask?.ports).toBeUndefined()
    expect(removeAndHeal(doc(), new Set(['ask'])).start).toBe('menu')
  })

  it('connect and disconnect', () => {
    const joined = connect(doc(), { from: 'menu', port: 'fallback' }, 'menu')
    expect(joined.nodes.menu?.ports?.fallback).toBe('menu')
    expect(disconnect(joined, [{ from: 'menu', port: 'fallback' }])).toEqual(doc())
    expect(connect(doc(), { from: 'menu', port: 'fallback' }, 'nowhere')).toEqual(doc())
  })
})

describe('the clipboard', () => {
  it('brings nodes, the edges between them and their variables to another bot', () => {
    const text = JSON.stringify(copy(doc(), new Set(['ask', 'menu'])))
    const other = open({ format: 1, name: 'Other', start: 'ask', nodes: [{ id: 'ask', type: 'end' }] })
    const { doc: after, ids } = paste(other, readClip(text)!, [500, 500])
    expect(ids).toEqual(['ask_2', 'menu'])
    expect(after.nodes.ask_2?.ports).toEqual({ next: 'menu' })
    expect(after.nodes.menu?.ports).toBeUndefined()
    expect(after.variables).toEqual({ name: 'text', choice: 'text' })
    expect(after.layout.ask_2).toEqual([500, 500])
    expect(after.layout.menu).toEqual([820, 500])
    expect(after.start).toBe('ask')
  })

  it('takes a whole bot file, and nothing that is none', () => {
    expect(readClip(JSON.stringify(menu))?.nodes).toHaveLength(3)
    expect(readClip('hello')).toBeUndefined()
    expect(readClip('{"nodes":[]}')).toBeUndefined()
    expect(readClip('{"chasqui_clip":1,"nodes":[{"id":1}]}')).toBeUndefined()
  })
})

describe('joining two edits', () => {
  const edit = (of: Doc, id: string, path: string, value: unknown) => setField(of, id, path, value)

  it('takes both when they touch different things', () => {
    const base = doc()
    const mine = edit(base, 'ask', 'text', 'Mine')
    const theirs = edit(edit(base, 'ask', 'label', 'Theirs'), 'bye', 'text', 'Theirs')
    const { doc: joined, conflicts } = merge(base, mine, theirs)
    expect(conflicts).toEqual([])
    expect(joined.nodes.ask).toMatchObject({ text: 'Mine', label: 'Theirs' })
    expect(joined.nodes.bye?.text).toBe('Theirs')
  })

  it('names what both have changed, and can take either side', () => {
    const base = doc()
    const mine = edit(base, 'ask', 'text', 'Mine')
    const theirs = edit(base, 'ask', 'text', 'Theirs')
    const merged = merge(base, mine, theirs)
    expect(merged.conflicts).toEqual([{ part: 'nodes', key: 'ask' }])
    expect(merged.doc.nodes.ask?.text).toBe('Mine')
    expect(withTheirs(merged, theirs).nodes.ask?.text).toBe('Theirs')
  })

  it('keeps new nodes of both and leaves no edge to what is gone', () => {
    const base = doc()
    const mine = addNode(base, { id: 'mine', type: 'end' }, [9, 9])
    const theirs = addNode(remove(base, new Set(['bye'])), { id: 'theirs', type: 'end' }, [8, 8])
    const { doc: joined, conflicts } = merge(base, mine, theirs)
    expect(conflicts).toEqual([])
    expect(joined.order).toEqual(['ask', 'menu', 'theirs', 'mine'])
    expect(joined.nodes.menu?.ports).toBeUndefined()
    expect(joined.layout.bye).toBeUndefined()
  })

  it('asks when one deletes what the other edits', () => {
    const base = doc()
    const merged = merge(base, edit(base, 'bye', 'text', 'Mine'), remove(base, new Set(['bye'])))
    expect(merged.conflicts).toContainEqual({ part: 'nodes', key: 'bye' })
    expect(merged.doc.nodes.bye).toBeDefined()
  })
})

describe('variables', () => {
  it('are found in texts as the engine finds them', () => {
    expect(pieces('Hi {name}, {a.b[0].c} {1} {{x}}').flatMap(piece => piece.path ?? [])).toEqual([
      'name',
      'a.b[0].c',
      'x',
    ])
    expect(leastLength('Hi {name}!')).toBe(4)
    expect(isKnown('contact.name', {})).toBe(true)
    expect(isKnown('contact.age', {})).toBe(false)
  })

  it('are renamed wherever they stand', () => {
    const formula = addNode(
      doc(),
      { id: 'f', type: 'formula', expression: 'If(name == "name", {name}, other.name)', save_as: 'name' },
      [0, 0],
    )
    const renamed = renameVariable(formula, 'name', 'first')
    expect(renamed.nodes.f).toMatchObject({ expression: 'If(first == "name", {first}, other.name)', save_as: 'first' })
    expect(renamed.nodes.menu?.text).toBe('Hello {first}, how can we help?')
    expect(renamed.variables).toEqual({ first: 'text', choice: 'text' })
    expect(usages(renamed, 'first')).toEqual(['ask', 'menu', 'f'])
  })

  it('finds and renames variables in Python, whose braces are its own', () => {
    const code =
      'def __custom_fn__(variables):\n    n = variables["name"] or variables.get(\'name\')\n    return f"{n} name {name}"\n'
    const coded = { ...doc() }
    coded.nodes = { ...coded.nodes, c: { id: 'c', type: 'custom_code', code } }
    coded.order = [...coded.order, 'c']
    expect(usages(coded, 'name')).toContain('c')
    expect(usages(coded, 'n')).toEqual([])
    expect(renameVariable(coded, 'name', 'first').nodes.c).toMatchObject({
      code: 'def __custom_fn__(variables):\n    n = variables["first"] or variables.get(\'first\')\n    return f"{n} name {name}"\n',
    })
  })
})

describe('a difference', () => {
  it('names nodes, fields and ports', () => {
    const after = remove(setField(doc(), 'menu', 'buttons[0].label', 'Opening hours'), new Set(['ask']))
    const { nodes, rest } = compare(doc(), after)
    expect(nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ['menu', 'changed'],
      ['ask', 'removed'],
    ])
    expect(nodes[0]?.fields).toEqual([
      { field: 'buttons.hours', before: { label: 'Hours' }, after: { label: 'Opening hours' } },
    ])
    expect(rest.map(({ part }) => part)).toEqual(['start'])
  })

  it('of texts is word by word', () => {
    expect(words('a b c', 'a x c').map(word => word.kind)).toEqual(['same', 'removed', 'added', 'same'])
  })
})

describe('paths', () => {
  it('read and write as problems name fields', () => {
    const node = { buttons: [{ label: 'a' }, { label: 'b' }] }
    expect(read(node, 'buttons[1].label')).toBe('b')
    expect(write(node, 'buttons[1].label', 'c')).toEqual({ buttons: [{ label: 'a' }, { label: 'c' }] })
    expect(write({ a: { b: 1 } }, 'a.b', undefined)).toEqual({ a: {} })
  })
})
