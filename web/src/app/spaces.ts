import { addWords } from '../words/start'

/** Texts that are loaded with the pages that need them. */
const spaces = {
  builder: { en: () => import('../words/en/builder.json'), de: () => import('../words/de/builder.json') },
  care: { en: () => import('../words/en/care.json'), de: () => import('../words/de/care.json') },
  events: { en: () => import('../words/en/events.json'), de: () => import('../words/de/events.json') },
  people: { en: () => import('../words/en/people.json'), de: () => import('../words/de/people.json') },
  talk: { en: () => import('../words/en/talk.json'), de: () => import('../words/de/talk.json') },
}
type Space = keyof typeof spaces

const loading = new Map<Space, Promise<void>>()

function words(space: Space) {
  const found = loading.get(space) ?? addWords(space, spaces[space])
  loading.set(space, found)
  return found
}

/** A page, once its words are there. */
export const withWords =
  <T>(needed: Space[], load: () => Promise<T>) =>
  async () => {
    const [page] = await Promise.all([load(), ...needed.map(words)])
    return page
  }
