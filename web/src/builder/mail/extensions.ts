/** What an e-mail is made of in the editor. */
import { type Extensions, Node, nodeInputRule, nodePasteRule } from '@tiptap/core'
import StarterKit from '@tiptap/starter-kit'

const path = '\\s*[A-Za-z_]\\w*(?:\\.\\w+|\\[\\d+\\])*\\s*'
const typed = new RegExp(`(?:\\{\\{${path}\\}\\}|(?<!\\{)\\{${path}\\})$`)
const pasted = new RegExp(`\\{\\{${path}\\}\\}|\\{${path}\\}`, 'g')

/** A variable: one piece, as it stands in the bot file. It carries bold and links like a letter. */
const Variable = Node.create({
  name: 'variable',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({
    text: {
      default: '',
      parseHTML: element => element.getAttribute('data-variable'),
      renderHTML: ({ text }) => ({ 'data-variable': text }),
    },
  }),
  parseHTML: () => [{ tag: 'span[data-variable]' }],
  renderHTML: ({ node, HTMLAttributes }) => ['span', HTMLAttributes, node.attrs.text as string],
  renderText: ({ node }) => node.attrs.text as string,
  addInputRules() {
    return [nodeInputRule({ find: typed, type: this.type, getAttributes: ([text]) => ({ text }) })]
  },
  addPasteRules() {
    return [nodePasteRule({ find: pasted, type: this.type, getAttributes: ([text]) => ({ text }) })]
  },
})

export const extensions: Extensions = [
  StarterKit.configure({
    code: false,
    codeBlock: false,
    heading: { levels: [1, 2, 3] },
    link: {
      autolink: false,
      openOnClick: false,
      // An address may be a variable; the server takes out what is not http, https, mailto or tel.
      isAllowedUri: address => !/^\s*(javascript|data|vbscript):/i.test(address),
      HTMLAttributes: { target: null, rel: null, class: null },
    },
    trailingNode: false,
  }),
  Variable,
]
