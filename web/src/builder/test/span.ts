/** A time as people say it: `1 h 30 min`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds * 10) / 10
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [Math.round((whole % 60) * 10) / 10, 's'],
  ] as const
  const said = parts.filter(([value]) => value).map(([value, unit]) => `${value} ${unit}`)
  return said.join(' ') || '0 s'
}
