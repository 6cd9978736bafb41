const mac = /mac|iphone|ipad/i.test(navigator.platform)

/** A key as this keyboard names it: `Mod+Z` is ⌘Z or Ctrl Z. */
export const keyText = (key: string) =>
  mac ? key.replace('Mod+', '⌘').replace('Shift+', '⇧') : key.replace('Mod+', 'Ctrl ').replace('Shift+', 'Shift ')

export const isMod = (event: KeyboardEvent | React.KeyboardEvent) => (mac ? event.metaKey : event.ctrlKey)

export { typing } from '../../app/ui/typing'
