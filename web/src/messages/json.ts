/** Reads values whose shape is not ours, without ever failing. */
export type Json = Record<string, unknown>

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
export const number = (value: unknown): number => Number(typeof value === 'string' ? value : (value ?? 0)) || 0
