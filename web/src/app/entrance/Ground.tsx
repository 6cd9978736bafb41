import css from './LogIn.module.css'

/** One long cord along the foot of the page; its knots are only decoration. */
export function Ground() {
  return (
    <svg className={css.cord} viewBox="0 0 1200 190" preserveAspectRatio="xMidYMin slice" aria-hidden="true">
      <path d="M-20 30C280 96 920 96 1220 30" />
      {strands.map(({ x, y, length, knots }) => (
        <g key={x}>
          <path d={`M${x} ${y}v${length}`} />
          {knots.map(at => (
            <circle key={at} cx={x} cy={y + at} r="6" />
          ))}
        </g>
      ))}
    </svg>
  )
}

/** Where along the cord each strand hangs, how long it is, and its knots: a drawing, nothing more. */
const drawn: [number, number, ...number[]][] = [
  [0.13, 74, 48],
  [0.22, 40, 26],
  [0.3, 92, 34, 70],
  [0.385, 58, 40],
  [0.46, 36, 22],
  [0.54, 84, 30, 62],
  [0.62, 50, 34],
  [0.705, 96, 44, 76],
  [0.79, 44, 28],
  [0.88, 66, 46],
]

/** Each strand starts on the cord's own curve. */
const strands = drawn.map(([t, length, ...knots]) => {
  const u = 1 - t
  const x = Math.round(-20 * u ** 3 + 840 * t * u ** 2 + 2760 * t ** 2 * u + 1220 * t ** 3)
  return { x, y: 30 + 198 * t * u, length, knots }
})
