import { addWords } from '../words/start'

/** Texts that are loaded with the pages that need them. */
type Space = 'builder' | 'care' | 'events' | 'people' | 'talk'

const loading = new Map<Space, Promise<void>>()

function words(space: Space) {
  const found = loading.get(space) ?? addWords(space)
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
