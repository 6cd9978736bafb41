/** WhatsApp's longest lengths, in characters; the engine checks the same. */
export const limit = {
  text: 4096,
  body: 1024,
  header: 60,
  footer: 60,
  caption: 1024,
  button: 20,
  section: 24,
  row: 24,
  description: 72,
  template_button: 30,
} as const
