import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import type { Bot } from '../../api/types'
import { Tests } from '../test/Tests'
import { BotSettings } from './BotSettings'
import { PanelHead } from './PanelHead'
import css from './panels.module.css'
import { Variables } from './Variables'

/** What concerns the bot as a whole. */
export function BotPanel({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const { t } = useTranslation('builder')
  return (
    <aside className={css.panel} aria-label={t('bot.title')}>
      <PanelHead title={t('bot.title')} onClose={onClose} />
      <div className={css.panelBody}>
        <BotSettings />
        <Variables />
        <Tests bot={bot} />
        <UsedBy bot={bot} />
      </div>
    </aside>
  )
}

function UsedBy({ bot }: { bot: Bot }) {
  const { t } = useTranslation('builder')
  const { data } = useQuery({
    queryKey: ['bot', bot.id, 'usages'],
    queryFn: () => unwrap(api.GET('/api/v1/bots/{id}/usages', { params: { path: { id: bot.id } } })),
  })
  return (
    <section aria-labelledby="used-by">
      <h3 id="used-by">{t('usages.title')}</h3>
      {data && data.integrations.length + data.bots.length === 0 && <p className={css.quietText}>{t('usages.none')}</p>}
      <ul className={css.rows}>
        {data?.integrations.map(one => (
          <li key={one.id}>
            <span className="grow">
              <Link to="/integrations/$id" params={{ id: one.id }}>
                {one.name}
              </Link>
              <small>{one.active ? t('usages.active') : t('usages.inactive')}</small>
            </span>
          </li>
        ))}
        {data?.bots.map(one => (
          <li key={one.id}>
            <span className="grow">
              <Link to="/bots/$id" params={{ id: one.id }} search={{ node: one.nodes[0] }}>
                {one.name}
              </Link>
              <small>{t(`usages.${one.where}`)}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
