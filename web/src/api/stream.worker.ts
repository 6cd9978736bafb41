/// <reference lib="webworker" />
// One stream for all tabs of a browser: over HTTP/1.1 a browser opens six connections to a server and no more, so a stream in
// each tab would leave none for the seventh.
import { Stream, type StreamNote } from './stream'

const pages = new Set<MessagePort>()
let last: StreamNote | undefined
const stream = new Stream(note => {
  if (note.type !== 'news') last = note
  for (const page of pages) page.postMessage(note)
})

const scope = self as unknown as SharedWorkerGlobalScope
scope.onconnect = ({ ports: [page] }) => {
  if (!page) return
  page.onmessage = ({ data }: MessageEvent<'begin' | 'end'>) => {
    if (data === 'end') {
      pages.delete(page)
      if (pages.size > 0) return
      stream.close()
      last = undefined
      return
    }
    pages.add(page)
    if (pages.size === 1) stream.open()
    else if (last) page.postMessage(last)
  }
  page.start()
}
