import { useCallback, useEffect, useRef, useState } from 'react'
import sample from './voice.ogg?url'

const wishes = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus']

/** A short voice message that comes with the page, for machines without a microphone. */
export async function sampleVoice(): Promise<File> {
  const bytes = await (await fetch(sample)).blob()
  return new File([bytes], 'voice.ogg', { type: 'audio/ogg; codecs=opus' })
}

/** Records from the microphone. `start` answers false where there is none, or where it was refused. */
export function useRecorder() {
  const [seconds, setSeconds] = useState<number>()
  const running = useRef<{ recorder: MediaRecorder; chunks: Blob[]; stream: MediaStream }>(undefined)

  const release = useCallback(() => {
    for (const track of running.current?.stream.getTracks() ?? []) track.stop()
    running.current = undefined
    setSeconds(undefined)
  }, [])

  useEffect(() => release, [release])
  const recording = seconds !== undefined
  useEffect(() => {
    if (!recording) return
    const tick = setInterval(() => setSeconds(old => (old ?? 0) + 1), 1000)
    return () => clearInterval(tick)
  }, [recording])

  const start = useCallback(async () => {
    const mimeType = typeof MediaRecorder === 'undefined' ? undefined : wishes.find(MediaRecorder.isTypeSupported)
    if (!mimeType || !navigator.mediaDevices) return false
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const recorder = new MediaRecorder(stream, { mimeType })
      const chunks: Blob[] = []
      recorder.ondataavailable = ({ data }) => chunks.push(data)
      recorder.start()
      running.current = { recorder, chunks, stream }
      setSeconds(0)
      return true
    } catch {
      return false
    }
  }, [])

  const stop = useCallback(async () => {
    const now = running.current
    if (!now) return undefined
    const stopped = new Promise(resolve => now.recorder.addEventListener('stop', resolve, { once: true }))
    now.recorder.stop()
    await stopped
    release()
    const type = now.recorder.mimeType.replace(';codecs', '; codecs')
    const ending = /audio\/(\w+)/.exec(type)?.[1] ?? 'ogg'
    return new File(now.chunks, `voice.${ending}`, { type })
  }, [release])

  return { seconds, start, stop, cancel: release }
}
