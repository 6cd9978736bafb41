import { describe, expect, it } from 'vitest'
import { type Piece, parse, plain } from './markup'

const show = (pieces: Piece[]): string =>
  pieces
    .map(piece => {
      if ('pieces' in piece) return `<${piece.kind}>${show(piece.pieces)}</${piece.kind}>`
      return piece.kind === 'text' ? piece.text : `<${piece.kind}>${piece.text}</${piece.kind}>`
    })
    .join('')

describe('WhatsApp marks', () => {
  it.each([
    ['*bold* and _italic_ and ~gone~', '<bold>bold</bold> and <italic>italic</italic> and <strike>gone</strike>'],
    ['*_both_*', '<bold><italic>both</italic></bold>'],
    ['_*both*_ ways', '<italic><bold>both</bold></italic> ways'],
    ['(*in brackets*), too', '(<bold>in brackets</bold>), too'],
    ['```let *x* = 1```', '<mono>let *x* = 1</mono>'],
    ['`code`', '<mono>code</mono>'],
    ['a `*b*` c', 'a <mono>*b*</mono> c'],
  ])('%s', (source, shown) => expect(show(parse(source))).toBe(shown))

  it.each(['2*3*4', 'snake_case_name', '* not bold *', '*not\nbold*', '**', '*', '```', 'a * b * c', '_', '~~'])(
    'leaves %j as it was typed',
    source => expect(show(parse(source))).toBe(source),
  )

  it.each([
    ['see https://a.example/x_y_z.', 'see <link>https://a.example/x_y_z</link>.'],
    ['www.a.example, then', '<link>www.a.example</link>, then'],
    ['(http://a.example/b)', '(<link>http://a.example/b</link>)'],
    ['*https://a.example*', '<bold><link>https://a.example</link></bold>'],
  ])('%s', (source, shown) => expect(show(parse(source))).toBe(shown))

  it('never links what is not the web', () => {
    expect(show(parse('javascript:alert(1) data:text/html,x'))).toBe('javascript:alert(1) data:text/html,x')
  })

  it('gives an address without a scheme a safe one', () => {
    expect(parse('www.a.example')).toEqual([{ kind: 'link', href: 'https://www.a.example', text: 'www.a.example' }])
  })

  it('drops the marks in one line', () => {
    expect(plain('*Hello*\n\n_you_, see https://a.example')).toBe('Hello you, see https://a.example')
  })

  it('takes long text without marks in one go', () => {
    const long = '*a '.repeat(20_000)
    expect(plain(long)).toBe(long.trim())
  })
})
