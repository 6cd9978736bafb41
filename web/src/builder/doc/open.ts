/** Opens a bot on a desk: the draft of the server, with what this browser kept of an earlier visit. */
import { api, unwrap } from '../../api/client'
import { draftOf } from '../../api/draft'
import { type Definition, open } from './definition'
import { Keeper } from './keep'
import { Saver } from './save'
import { createDesk, type DeskStore } from './store'

export interface Opened {
  id: string
  desk: DeskStore
  saver: Saver
  readOnly: boolean
}

export async function openBot(id: string, readOnly: boolean): Promise<Opened> {
  const path = { params: { path: { id } } }
  const load = () => draftOf(id)
  const save = async (revision: number, definition: Definition) =>
    (await unwrap(api.PUT('/api/v1/bots/{id}/draft', { ...path, body: { revision, definition: definition as never } })))
      .revision
  const keeping = Keeper.open(id)
  const draft = await load().catch(async problem => {
    await keeping.then(({ keeper }) => keeper.close())
    throw problem
  })
  const theirs = open(draft.definition as unknown as Definition)
  const { keeper, kept, steps } = await keeping
  const usable = kept && !readOnly && kept.revision <= draft.revision ? kept : undefined
  // Nobody else has saved: the desk is as it was left. Else the saver joins both, and asks where it has to.
  const doc = usable ? { ...usable.doc, name: theirs.name } : theirs
  const desk = createDesk(
    usable ? { doc, past: steps.slice(0, usable.done), future: steps.slice(usable.done) } : { doc: theirs },
  )
  const base = usable && usable.revision < draft.revision ? open(usable.base) : theirs
  const saver = new Saver(
    desk,
    keeper,
    { save, load },
    { ...base, name: theirs.name },
    usable?.revision ?? draft.revision,
    readOnly,
  )
  if (usable && usable.revision < draft.revision) await saver.noticed(draft.revision)
  return { id, desk, saver, readOnly }
}
