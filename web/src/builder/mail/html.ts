/**
 * The HTML of an e-mail as the bot file holds it, and as the editor works on it. They differ in two things: to the editor a
 * variable is an element, and lines of a text without paragraphs are breaks.
 */
import { pieces } from '../doc/variables'

/** What the editor can show, with the attributes that it keeps. Anything else would be lost in it. */
const shown: Record<string, string[]> = {
  a: ['href'],
  b: [],
  blockquote: [],
  br: [],
  del: [],
  em: [],
  h1: [],
  h2: [],
  h3: [],
  hr: [],
  i: [],
  li: [],
  ol: [],
  p: [],
  s: [],
  strong: [],
  u: [],
  ul: [],
}

/** As the engine asks: without these, the lines are those that were typed. */
const blocks = /<(p|br|div|table|ul|ol|h1|h2|h3)/i

const read = (html: string) => new DOMParser().parseFromString(`<body>${html}</body>`, 'text/html')

/** The elements and attributes that the editor cannot show, by name. */
export function strangers(html: string): string[] {
  const page = read(html)
  const found = new Set<string>()
  for (const element of [...page.head.querySelectorAll('*'), ...page.body.querySelectorAll('*')]) {
    const name = element.localName
    const kept = shown[name]
    if (!kept) found.add(name)
    for (const attribute of kept ? element.getAttributeNames() : []) {
      if (!kept?.includes(attribute)) found.add(`${name} ${attribute}`)
    }
  }
  if (html.includes('<!--')) found.add('<!-- -->')
  return [...found]
}

/** What the editor is given. */
export function toEditor(html: string): string {
  const { body } = read(blocks.test(html) ? html : html.replace(/\r?\n/g, '<br>'))
  for (const text of textsIn(body)) {
    const parts = pieces(text.data)
    if (!parts.some(({ path }) => path)) continue
    text.replaceWith(
      ...parts.map(part => {
        if (!part.path) return part.text
        const element = body.ownerDocument.createElement('span')
        element.dataset.variable = part.text
        element.textContent = part.text
        return element
      }),
    )
  }
  for (const line of body.querySelectorAll('p')) {
    if (line.childNodes.length === 1 && line.firstElementChild?.localName === 'br') line.replaceChildren()
  }
  return body.innerHTML
}

/** What the bot file holds of what the editor gives. */
export function fromEditor(html: string): string {
  const { body } = read(html)
  for (const variable of body.querySelectorAll<HTMLElement>('[data-variable]')) {
    variable.replaceWith(variable.dataset.variable ?? '')
  }
  for (const item of body.querySelectorAll('li')) {
    const [first, ...rest] = item.children
    const simple = first?.localName === 'p' && rest.every(({ localName }) => localName === 'ul' || localName === 'ol')
    if (simple) first!.replaceWith(...first!.childNodes)
  }
  if (body.textContent?.trim() === '' && !body.querySelector('hr')) return ''
  for (const line of body.querySelectorAll('p')) {
    // Mail programs show an empty paragraph as nothing at all.
    if (!line.hasChildNodes()) line.append(body.ownerDocument.createElement('br'))
  }
  // A line a block, for those who read the source.
  return body.innerHTML.replace(/(<\/(?:p|h[1-3]|ul|ol|li|blockquote)>|<hr>|<(?:ul|ol|blockquote)>)(?=<)/g, '$1\n')
}

function textsIn(root: HTMLElement): Text[] {
  const found: Text[] = []
  const walk = (node: Node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) found.push(child as Text)
      else walk(child)
    }
  }
  walk(root)
  return found
}
