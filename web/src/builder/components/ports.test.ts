import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FlowNode } from '../doc/definition'
import { isLoose, kinds, portsOf } from '../shape'

interface Case {
  node: FlowNode
  /** The ports that lead nowhere and must not, as the engine says. */
  loose: string[]
  /** All ports that may be connected, as the engine says. */
  ports: string[]
}

// The same cases hold for the engine: crates/flow/tests/it/ports.rs.
const cases = JSON.parse(readFileSync('../crates/flow/fixtures/ports.json', 'utf8')) as Case[]

describe('the ports on the canvas', () => {
  it.each(cases)('are those of the engine: $node.type $node.id', ({ node, loose, ports }) => {
    const drawn = portsOf(node)
    expect(drawn.filter(port => isLoose(node, port)).map(port => port.name)).toEqual(loose)
    for (const port of drawn) expect(ports).toContain(port.name)
    // What is drawn covers every port that is connected.
    for (const port of Object.keys(node.ports ?? {})) {
      if (port !== 'error') expect(drawn.map(known => known.name)).toContain(port)
    }
  })

  it('are looked at for every component', () => {
    expect([...new Set(cases.map(({ node }) => node.type))].sort()).toEqual([...kinds].sort())
  })
})
