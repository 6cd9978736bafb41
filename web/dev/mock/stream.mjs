/** Server-sent events to whoever listens. */
export class Stream {
  #open = new Set()

  add(response) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': hello\n\n')
    this.#open.add(response)
    response.on('close', () => this.#open.delete(response))
  }

  send(event) {
    for (const response of this.#open) response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
}
