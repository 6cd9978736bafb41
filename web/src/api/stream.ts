/** What is told of the server's stream. */
export type StreamNote = { type: 'open' } | { type: 'broken' } | { type: 'news'; data: string }

const triesAgain = 4000

/** The server's stream: opened again when it breaks, until it is closed. */
export class Stream {
  private source?: EventSource
  private retry?: ReturnType<typeof setTimeout>

  constructor(private readonly tell: (note: StreamNote) => void) {}

  open() {
    this.close()
    const source = new EventSource('/api/v1/stream')
    this.source = source
    source.onopen = () => this.tell({ type: 'open' })
    source.onmessage = ({ data }) => this.tell({ type: 'news', data: String(data) })
    source.onerror = () => {
      this.tell({ type: 'broken' })
      // The browser gives up for good when the answer was not a stream.
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.open(), triesAgain)
    }
  }

  close() {
    this.source?.close()
    this.source = undefined
    clearTimeout(this.retry)
  }
}

/** What a page hears the stream by: begun when the page is shown, ended when it is left, also for the back button's cache. */
export interface Hearing {
  begin: () => void
  end: () => void
}

/** The stream that all tabs share, or one of this tab's own where the browser cannot share. */
export function hearing(tell: (note: StreamNote) => void): Hearing {
  if (typeof SharedWorker === 'undefined') {
    const own = new Stream(tell)
    return { begin: () => own.open(), end: () => own.close() }
  }
  const worker = new SharedWorker(new URL('./stream.worker.ts', import.meta.url), { type: 'module', name: 'stream' })
  worker.port.onmessage = ({ data }: MessageEvent<StreamNote>) => tell(data)
  return { begin: () => worker.port.postMessage('begin'), end: () => worker.port.postMessage('end') }
}
