import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const key = 'chasqui.language'
type Texts = Record<string, object>

/** The person's choice, else the browser's first language that we speak, else English. */
export function preferred(): Language {
  const wanted = [localStorage.getItem(key) ?? '', ...navigator.languages]
  const known = wanted.map(tag => tag.slice(0, 2)).find(tag => tag in languages)
  return (known as Language | undefined) ?? 'en'
}

let load: Record<Language, () => Promise<Texts>>

/** Loads the texts of one language only, then the page may be drawn. */
export async function startWords(loaders: typeof load) {
  load = loaders
  await i18next.use(initReactI18next).init({
    lng: preferred(),
    resources: { [preferred()]: await load[preferred()]() } as never,
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = i18next.language
}

/** Texts of a page that is loaded later. They come in the present language, and in another when it is chosen. */
export async function addWords(space: string, loaders: Record<Language, () => Promise<{ default: object }>>) {
  const before = load
  const wrap = (language: Language) => async () => ({
    ...(await before[language]()),
    [space]: (await loaders[language]()).default,
  })
  load = { en: wrap('en'), de: wrap('de') }
  const language = preferred()
  i18next.addResourceBundle(language, space, (await loaders[language]()).default)
}

export async function speak(language: Language) {
  localStorage.setItem(key, language)
  for (const [space, texts] of Object.entries(await load[language]())) {
    i18next.addResourceBundle(language, space, texts)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
