import { useEffect, useRef } from 'react'
import { isCommand } from '../../app/ui/typing'
import { useActions } from '../canvas/actions'
import { useWork } from '../context'
import { isMod, typing } from '../parts/keys'

interface Keys {
  onFind: () => void
  onKeys: () => void
  onEdit: () => void
  onTest: () => void
  onConnect: () => void
  onSearch: () => void
  /** Left out where there is no map. */
  onMap?: () => void
  onEscape: () => void
  /** Escape in a field: the hand goes back to where it came from. */
  onLeave: (field: HTMLElement) => void
}

/** The keyboard of the canvas. Whatever is typed into keeps its own keys. */
export function useKeys(keys: Keys) {
  const { desk, saver } = useWork()
  const actions = useActions()
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every key has one branch.
    const onKey = (event: KeyboardEvent) => {
      const here = latest.current
      if (event.defaultPrevented || document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]')) return
      const done = () => event.preventDefault()
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      if (isMod(event)) {
        if (key === 's') {
          done()
          void saver.now()
        } else if (key === 'f') {
          done()
          here.onFind()
        } else if (key === 'z' && (!typing(event.target) || isField(event.target))) {
          done()
          if (event.shiftKey) desk.getState().redo()
          else desk.getState().undo()
        } else if (key === 'y' && (!typing(event.target) || isField(event.target))) {
          done()
          desk.getState().redo()
        } else if (!typing(event.target)) {
          if (key === 'a') {
            done()
            actions.selectAll()
          } else if (key === 'd') {
            done()
            actions.duplicate()
          }
        }
        return
      }
      if (key === 'Escape') {
        if (typing(event.target)) here.onLeave(event.target as HTMLElement)
        else here.onEscape()
        return
      }
      if (event.altKey || !isCommand(event)) return
      const on = event.target instanceof HTMLElement ? event.target : undefined
      // Buttons and links keep Enter and Space.
      const control = on?.closest('button, a, [role="option"], summary')
      const commands: Record<string, () => void> = {
        '/': here.onSearch,
        '?': here.onKeys,
        '+': () => actions.zoom(1),
        '=': () => actions.zoom(1),
        '-': () => actions.zoom(-1),
        f: actions.fit,
        l: () => void actions.arrange(),
        n: () => actions.addNote(),
        t: here.onTest,
        c: here.onConnect,
        ...(here.onMap && { m: here.onMap }),
      }
      const command =
        key === 'Delete' || key === 'Backspace'
          ? () => actions.remove()
          : key === 'Enter' && !control
            ? here.onEdit
            : commands[key]
      if (!command) return
      done()
      command()
    }
    const outside = (event: ClipboardEvent) => {
      const words = document.getSelection()
      const panel =
        words && !words.isCollapsed && words.anchorNode?.parentElement?.closest('aside, header, [role=dialog]')
      return typing(event.target) || panel || document.querySelector('[aria-modal="true"]')
    }
    const onCopy = (event: ClipboardEvent) => {
      const text = outside(event) ? undefined : actions.copyText()
      if (!text || !event.clipboardData) return
      event.preventDefault()
      event.clipboardData.setData('text/plain', text)
      if (event.type === 'cut') actions.removeNow(desk.getState().selection)
    }
    const onPaste = (event: ClipboardEvent) => {
      if (typing(event.target) || document.querySelector('[aria-modal="true"]')) return
      if (actions.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      removeEventListener('keydown', onKey)
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [desk, saver, actions])
}

/** Fields of the document: the history knows what was typed there, better than the browser does. */
const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('[data-panel="inspector"], .react-flow') !== null
