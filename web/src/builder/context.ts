import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Opened } from './doc/open'
import type { Saving } from './doc/save'
import type { Desk } from './doc/store'
import type { Findings } from './problems/findings'
import type { Testing, TestStore } from './test/session'

/** What every part of the builder works on. */
export interface Work extends Opened {
  findings: Findings
  test: TestStore
}

export const WorkContext = createContext<Work | null>(null)

export function useWork(): Work {
  const work = useContext(WorkContext)
  if (!work) throw new Error('there is no bot on the desk')
  return work
}

export const useDesk = <T>(select: (desk: Desk) => T): T => useStore(useWork().desk, select)
export const useSaving = <T>(select: (saving: Saving) => T): T => useStore(useWork().saver.store, select)
export const useTest = <T>(select: (testing: Testing) => T): T => useStore(useWork().test, select)

/** The one node that is chosen. */
export const chosenNode = ({ selection, doc }: Desk): string | undefined => {
  if (selection.size !== 1) return undefined
  const [id] = selection
  return id && doc.nodes[id] ? id : undefined
}
