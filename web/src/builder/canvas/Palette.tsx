import { IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { components } from '../components'
import { Tile } from '../parts/Tile'
import { families, kinds } from '../shape'
import { useActions } from './actions'
import { dragType } from './Canvas'
import css from './Palette.module.css'

/** The components in their families: drag one onto the canvas, or click to put it behind what is chosen. */
export function Palette({ onSearch, onAdded }: { onSearch: () => void; onAdded?: () => void }) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  return (
    <nav className={css.palette} aria-label={t('palette.title')}>
      <button type="button" className={css.search} onClick={onSearch} title={t('palette.search')} aria-keyshortcuts="/">
        <IconSearch size={16} stroke={1.75} aria-hidden="true" />
        {t('palette.find')}
      </button>
      {families.map(family => {
        const own = kinds.filter(kind => components[kind].family === family)
        return (
          <section key={family} aria-label={t(`families.${family}`)}>
            <span className={css.family} aria-hidden="true">
              {t(`families.${family}`)}
            </span>
            {own.map(kind => (
              <button
                key={kind}
                type="button"
                draggable={!actions.readOnly}
                disabled={actions.readOnly}
                title={t(`about.${kind}`)}
                aria-label={t('palette.add', { kind: t(`short.${kind}`) })}
                onDragStart={event => {
                  event.dataTransfer.setData(dragType, kind)
                  event.dataTransfer.effectAllowed = 'copy'
                }}
                onClick={() => {
                  actions.add(kind)
                  onAdded?.()
                }}
              >
                <Tile type={kind} />
                {t(`short.${kind}`)}
              </button>
            ))}
          </section>
        )
      })}
    </nav>
  )
}
