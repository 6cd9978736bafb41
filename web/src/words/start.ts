import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export const languages = { en: 'English', de: 'Deutsch', es: 'Español', pt: 'Português' } as const
export type Language = keyof typeof languages

const key = 'chasqui.language'
type Texts = Record<string, object>
/** Where the texts of each language and space are loaded from, by path: `../words/es/care.json`. */
type Files = Record<string, () => Promise<object>>

/** The person's choice, else the browser's first language that we speak, else English. */
function preferred(): Language {
  const wanted = [localStorage.getItem(key) ?? '', ...navigator.languages]
  const known = wanted.map(tag => tag.slice(0, 2)).find(tag => tag in languages)
  return (known as Language | undefined) ?? 'en'
}

let files: Files = {}
/** English texts that come with the page itself. */
let shipped: Texts = {}
/** The spaces that are in use; in another language they are loaded when it is chosen. */
const spaces = new Set<string>()

async function texts(language: Language, space: string): Promise<object> {
  const here = language === 'en' ? shipped[space] : undefined
  const load = files[`../words/${language}/${space}.json`]
  if (here || !load) return here ?? {}
  return millions(await load())
}

/** Spanish and Portuguese have a form of their own for whole millions. In our texts it is the one for many. */
export function millions(texts: object): object {
  const all = Object.entries(texts).flatMap(([key, text]) => {
    if (typeof text !== 'string') return [[key, millions(text as object)]]
    const many = key.endsWith('_other') ? [[key.replace(/_other$/, '_many'), text]] : []
    return [[key, text], ...many]
  })
  return Object.fromEntries(all)
}

/** Loads the texts of one language only, then the page may be drawn. */
export async function startWords(english: Texts, loaders: Files) {
  files = loaders
  shipped = english
  for (const space of Object.keys(english)) spaces.add(space)
  const language = preferred()
  const loaded = await Promise.all([...spaces].map(async space => [space, await texts(language, space)] as const))
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: Object.fromEntries(loaded) } as never,
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = i18next.language
}

/** Texts of a page that is loaded later. They come in the present language, and in another when it is chosen. */
export async function addWords(space: string) {
  spaces.add(space)
  const language = preferred()
  i18next.addResourceBundle(language, space, await texts(language, space))
}

export async function speak(language: Language) {
  localStorage.setItem(key, language)
  await Promise.all(
    [...spaces].map(async space => i18next.addResourceBundle(language, space, await texts(language, space))),
  )
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
