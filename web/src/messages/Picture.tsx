import { useState } from 'react'
import { Missing } from './Missing'
import type { Media } from './message'

/** A picture, or what stands for it while its bytes are not here. */
export function Picture({
  type,
  media,
  alt,
  className,
}: {
  type: 'image' | 'sticker'
  media: Media
  alt: string
  className?: string
}) {
  const [missing, setMissing] = useState<string>()
  if (!media.url || missing === media.url) return <Missing type={type} media={media} />
  return <img className={className} src={media.url} alt={alt} onError={() => setMissing(media.url)} />
}
