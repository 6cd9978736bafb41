/** What is wrong with the draft: what the server finds, and what can be seen while drawing. */
import { createStore } from 'zustand/vanilla'
import type { Finding } from '../../api/bots'
import { api, unwrap } from '../../api/client'
import { close, type Doc } from '../doc/definition'
import type { DeskStore } from '../doc/store'
import { isLoose, portsOf } from '../shape'

export interface Found {
  problems: Finding[]
  /** By node, for flags on the canvas. */
  byNode: Map<string, Finding[]>
  /** The document that was looked at. */
  doc?: Doc
}

const pause = 500
/** The flow is shown before it is looked at. */
const first = 300
/** Somebody who types on and on is told after this. */
const patience = 1500

export class Findings {
  readonly store = createStore<Found>(() => ({ problems: [], byNode: new Map() }))
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly unfollow: () => void
  private round = 0
  private looked = 0

  constructor(
    private readonly bot: string,
    private readonly desk: DeskStore,
  ) {
    let { doc } = desk.getState()
    this.unfollow = desk.subscribe(state => {
      if (state.doc === doc) return
      const moved = state.doc.nodes === doc.nodes && state.doc.settings === doc.settings
      doc = state.doc
      if (moved && state.doc.variables === this.store.getState().doc?.variables) return
      this.prune(doc)
      clearTimeout(this.timer)
      const late = Date.now() - this.looked > patience
      this.timer = setTimeout(() => void this.look(), late ? 50 : pause)
    })
    this.timer = setTimeout(() => void this.look(), first)
  }

  /** Takes away at once what an edit has visibly mended. */
  private prune(doc: Doc) {
    const { problems } = this.store.getState()
    const left = problems.filter(({ node, port, code }) => {
      if (node && !doc.nodes[node]) return false
      if (code === 'missing_start') return !doc.nodes[doc.start]
      if (code !== 'port_not_connected' || !node || !port) return true
      const shape = portsOf(doc.nodes[node]!).find(({ name }) => name === port)
      return shape !== undefined && isLoose(doc.nodes[node]!, shape)
    })
    if (left.length !== problems.length) this.set(left, doc)
  }

  async look(): Promise<Finding[]> {
    this.looked = Date.now()
    this.round += 1
    const round = this.round
    const { doc } = this.desk.getState()
    try {
      const { problems } = await unwrap(
        api.POST('/api/v1/bots/{id}/validate', {
          params: { path: { id: this.bot } },
          body: { definition: close(doc) as never },
        }),
      )
      if (round === this.round) this.set(problems, doc)
      return problems
    } catch {
      // The next edit looks again; publishing looks in any case.
      return this.store.getState().problems
    }
  }

  private set(problems: Finding[], doc: Doc) {
    const byNode = new Map<string, Finding[]>()
    for (const problem of problems) {
      if (problem.node) byNode.set(problem.node, [...(byNode.get(problem.node) ?? []), problem])
    }
    this.store.setState({ problems, byNode, doc })
  }

  stop() {
    clearTimeout(this.timer)
    this.unfollow()
  }
}
