import { componentOf } from '../components'
import css from './parts.module.css'

/** The square that says which family a component is of. */
export function Tile({ type }: { type: string }) {
  const { icon: Icon, family } = componentOf(type)
  return (
    <span className={`${css.tile} ${css[family]}`} aria-hidden="true">
      <Icon size={16} stroke={1.75} />
    </span>
  )
}
