import { Editor } from '@tiptap/core'
import { describe, expect, it } from 'vitest'
import { extensions } from './extensions'
import { fromEditor, strangers, toEditor } from './html'
import { whole } from './LinkLine'

/** What the bot file holds after the editor has had it. */
function through(html: string): string {
  const editor = new Editor({ extensions, content: toEditor(html), injectCSS: false })
  const after = fromEditor(editor.getHTML())
  editor.destroy()
  return after
}

const kept = [
  '<p>Hello {contact.name}</p>',
  '<p>Your order <strong>{order.id}</strong> is on its way.</p>\n<p><br></p>\n<p>Bye</p>',
  '<h2>Order {order}</h2>\n<ul>\n<li>{items[0].name}</li>\n<li><em>two</em></li>\n</ul>',
  '<ol>\n<li>one</li>\n<li>two<ul>\n<li>inner</li>\n</ul>\n</li>\n</ol>',
  '<p><a href="https://example.com/?a=1&amp;b={order}">{order}</a> &lt;3 &amp; more</p>',
  '<p>{{ order }} and {order}</p>',
  '<blockquote>\n<p>quoted</p>\n</blockquote>\n<hr>\n<p>end<br>of it</p>',
  '',
]

describe('the HTML of an e-mail', () => {
  it.each(kept)('comes out of the editor as it went in: %s', html => {
    expect(strangers(html)).toEqual([])
    expect(through(html)).toBe(html)
    expect(through(through(html))).toBe(html)
  })

  it('keeps its lines where it has no paragraphs', () => {
    expect(through('Hello {name},\nyour <b>order</b>')).toBe('<p>Hello {name},<br>your <strong>order</strong></p>')
  })

  it('keeps a variable that is bold or a link in one piece', () => {
    expect(through('<p><b>{na</b>me} <b>{name}</b></p>')).toBe('<p><strong>{na</strong>me} <strong>{name}</strong></p>')
  })

  it('is named where the editor would lose something', () => {
    const html = '<table><tbody><tr><td style="x">a</td></tr></tbody></table><p class="b">c</p><!-- d -->'
    expect(strangers(html)).toEqual(['table', 'tbody', 'tr', 'td', 'p class', '<!-- -->'])
    expect(strangers('<style>p {}</style><p>a</p>')).toEqual(['style'])
  })

  it('has addresses with a scheme', () => {
    expect(['', 'example.com', 'ana@example.com', '{link}', 'https://a.b', 'tel:1'].map(whole)).toEqual([
      '',
      'https://example.com',
      'mailto:ana@example.com',
      '{link}',
      'https://a.b',
      'tel:1',
    ])
  })
})
