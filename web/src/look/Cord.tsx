import { IconAlertTriangle, IconCheck, IconX, type TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './Cord.module.css'

export type KnotState = 'plain' | 'ok' | 'warn' | 'fail' | 'live'
export type Family = 'ask' | 'send' | 'logic' | 'call' | 'people'

/** Whatever happens in order hangs on a cord, one knot a step. */
export function Cord({ children, className = '', label }: { children: ReactNode; className?: string; label?: string }) {
  return (
    <ol className={`${css.cord} ${className}`} aria-label={label}>
      {children}
    </ol>
  )
}

const icons: Partial<Record<KnotState, TablerIcon>> = { ok: IconCheck, warn: IconAlertTriangle, fail: IconX }

interface KnotProps {
  state?: KnotState
  /** A component's family: a tile instead of a knot. */
  family?: Family
  icon?: TablerIcon
}

export function Knot({ state = 'plain', family, icon }: KnotProps) {
  const Icon = icon ?? icons[state]
  const look = family ? `${css.tile} ${css[family]}` : css[state]
  return (
    <span className={`${css.knot} ${look}`} aria-hidden="true">
      {Icon && <Icon size={family ? 14 : 12} stroke={family ? 2 : 2.75} />}
    </span>
  )
}
