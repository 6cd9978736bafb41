import { IconMicrophone, IconMusic, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './messages.module.css'

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** Plays a voice message or other audio in its bubble. */
export function Player({ src, voice }: { src: string; voice: boolean }) {
  const { t } = useTranslation('messages')
  const audio = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(0)
  const Icon = voice ? IconMicrophone : IconMusic
  // A recording made in the browser has no length until it was played once.
  const learn = (seconds: number) => Number.isFinite(seconds) && setLength(seconds)
  return (
    <div className={css.player}>
      <button
        type="button"
        aria-label={playing ? t('pause') : t('play')}
        onClick={() => (playing ? audio.current?.pause() : void audio.current?.play().catch(() => {}))}
      >
        {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </button>
      <input
        type="range"
        min={0}
        max={length || 1}
        step={0.01}
        value={Math.min(at, length || 1)}
        aria-label={t('position')}
        onChange={event => {
          if (audio.current) audio.current.currentTime = Number(event.target.value)
        }}
      />
      <span className={css.playerTime}>
        <Icon size={14} aria-hidden="true" />
        {clock(at > 0 || playing ? at : length)}
      </span>
      {/* biome-ignore lint/a11y/useMediaCaption: a voice message has no caption track. */}
      <audio
        ref={audio}
        src={src}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={event => {
          learn(event.currentTarget.duration)
          setAt(0)
        }}
        onTimeUpdate={event => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={event => learn(event.currentTarget.duration)}
        onDurationChange={event => learn(event.currentTarget.duration)}
      />
    </div>
  )
}
