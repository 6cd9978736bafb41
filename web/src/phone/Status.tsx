import css from './Status.module.css'

/** The strip at the top of the screen: time, whose phone it is, signal, battery. */
export function Status({ time, name, broken }: { time: string; name: string; broken: boolean }) {
  return (
    <div className={css.status} aria-hidden="true">
      <span>{time}</span>
      <span className={`${css.name} cut`}>{name}</span>
      <svg aria-hidden="true" viewBox="0 0 54 12" fill="currentColor">
        <g opacity={broken ? 0.25 : 1}>
          <rect y="7" width="3" height="5" rx="1" />
          <rect x="5" y="4" width="3" height="8" rx="1" />
          <rect x="10" y="1" width="3" height="11" rx="1" />
        </g>
        <rect x="28.7" y=".7" width="21" height="10.6" rx="3" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <rect x="31" y="3" width="14" height="6" rx="1.500" />
      </svg>
    </div>
  )
}
