import { useAgo } from './now'

/** A time that ticks; the exact one on hover. */
export function Ago({ at, prefix }: { at: string; prefix?: (words: string) => string }) {
  const { exact, words } = useAgo()(at)
  return (
    <time dateTime={at} title={exact}>
      {prefix ? prefix(words) : words}
    </time>
  )
}
