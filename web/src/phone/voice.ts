import type { Json } from '../messages/json'
import { sampleVoice, useRecorder } from './recorder'
import { upload } from './sim'

/** A voice message: recorded where there is a microphone, else the one that comes with the page. */
export function useVoice(wa_id: string, send: (message: Json) => void, fail: (reason: string) => void) {
  const { seconds, start, stop, cancel } = useRecorder()

  const deliver = async (file: File) => {
    try {
      const { id, mime_type, sha256 } = await upload(wa_id, file)
      send({ type: 'audio', audio: { id, mime_type: file.type || mime_type, sha256, voice: true } })
    } catch (error) {
      fail((error as Error).message)
    }
  }
  return {
    /** Seconds recorded so far, while it records. */
    seconds,
    start: async () => {
      if (!(await start())) await deliver(await sampleVoice())
    },
    finish: async () => {
      const file = await stop()
      if (file && file.size > 0) await deliver(file)
    },
    cancel,
  }
}

export type Voice = ReturnType<typeof useVoice>
