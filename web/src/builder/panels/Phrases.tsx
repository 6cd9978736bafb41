import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { useWork } from '../context'
import { leastLength } from '../doc/variables'
import { Frame } from '../inspector/Frame'
import form from '../inspector/inspector.module.css'
import { Meter } from '../inspector/Meter'
import css from './panels.module.css'

interface Props {
  language: string
  own: Record<string, string>
  onChange: (own: Record<string, string> | undefined) => void
}

/** What the bot says by itself: the usual words stand in the fields until others take their place. */
export function Phrases({ language, own, onChange }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly } = useWork()
  const { data } = useQuery({
    queryKey: ['bot-phrases', language],
    queryFn: () => unwrap(api.GET('/api/v1/bots/phrases', { params: { query: { language } } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const changed = Object.keys(own).length
  const set = (phrase: string, text: string) => {
    const next = { ...own }
    if (text.trim() === '') delete next[phrase]
    else next[phrase] = text
    onChange(Object.keys(next).length > 0 ? next : undefined)
  }
  return (
    <details className={css.phrases}>
      <summary>
        {t('phrases.title')} {changed > 0 && <small>{t('phrases.changed', { count: changed })}</small>}
      </summary>
      <p className={form.help}>{t('phrases.about')}</p>
      {data?.items.map(item => (
        <Phrase
          key={item.phrase}
          item={item}
          value={own[item.phrase] ?? ''}
          readOnly={readOnly}
          onChange={text => set(item.phrase, text)}
        />
      ))}
    </details>
  )
}

interface One {
  phrase: string
  usual: string
  places: string[]
  longest: number
}

function Phrase(props: { item: One; value: string; readOnly: boolean; onChange: (text: string) => void }) {
  const { item, value, readOnly, onChange } = props
  const { t } = useTranslation('builder')
  const id = useId()
  const path = `settings.messages.${item.phrase}`
  const over = leastLength(value) > item.longest
  const places = item.places.map(place => `{${place}}`).join(', ')
  return (
    <Frame
      path={path}
      label={t(`phrases.of.${item.phrase as 'error'}`)}
      htmlFor={id}
      aside={value ? <Meter text={value} limit={item.longest} /> : undefined}
      help={places ? t('phrases.places', { places }) : undefined}
    >
      <textarea
        id={id}
        className={form.plain}
        rows={item.longest > 20 ? 2 : 1}
        readOnly={readOnly}
        value={value}
        placeholder={item.usual}
        aria-invalid={over || undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      {over && <p className={form.wrong}>{t('phrases.too_long', { limit: item.longest })}</p>}
    </Frame>
  )
}
