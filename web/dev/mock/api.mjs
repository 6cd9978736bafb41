import { Stream } from './stream.mjs'

export class Api {
  stream = new Stream()
  turn() {}
  route(_request, _url, _body, answer) {
    answer(404, {})
  }
}
