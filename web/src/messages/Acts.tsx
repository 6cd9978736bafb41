import { IconCheck, type TablerIcon } from '@tabler/icons-react'
import css from './messages.module.css'
import { useSurface } from './surface'

interface Act {
  label: string
  icon?: TablerIcon
  href?: string
  onTap?: () => void
}

/** The rows below a bubble's text: buttons on the phone, a record of what was tapped in the transcript. */
export function Acts({ acts }: { acts: Act[] }) {
  const { place, chosen } = useSurface()
  if (place === 'transcript') {
    return acts.map(act => (
      <span key={act.label} className={chosen === act.label ? css.chipPicked : css.chip}>
        {chosen === act.label && <IconCheck size={14} stroke={2.25} aria-hidden="true" />}
        {act.label}
      </span>
    ))
  }
  return (
    <div className={css.acts}>
      {acts.map(({ label, icon: Icon, href, onTap }) =>
        href ? (
          <a key={label} href={href} target="_blank" rel="noopener noreferrer">
            {Icon && <Icon size={16} stroke={1.75} aria-hidden="true" />}
            {label}
          </a>
        ) : (
          <button key={label} type="button" onClick={onTap} disabled={!onTap}>
            {Icon && <Icon size={16} stroke={1.75} aria-hidden="true" />}
            {label}
          </button>
        ),
      )}
    </div>
  )
}

/** Only addresses that a browser may open. */
export const openable = (url: string) => (/^https?:\/\//i.test(url) ? url : undefined)
