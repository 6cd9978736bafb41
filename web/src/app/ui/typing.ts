// Single keys are shortcuts only for a hand that means one: never while somebody types, nor when what they typed into was
// taken away under their fingers, nor at all in a browser where they are switched off.

/** Whether keys belong to what is being typed into. */
export const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const key = 'chasqui.keys'
export const singleKeys = () => localStorage.getItem(key) !== 'off'
export const setSingleKeys = (on: boolean) => (on ? localStorage.removeItem(key) : localStorage.setItem(key, 'off'))

/** Whoever typed a letter less than this ago is still at it. */
const pause = 1500
/** Where somebody who points at nothing in particular wants to type, and not to give a command. */
const forms = 'form, aside, footer, [role="dialog"], [data-panel]'

/** What had the focus last, if it is a field or stands beside one. */
let last: Element | undefined
let typedAt = Number.NEGATIVE_INFINITY
/** The pointer was last pressed in a form, beside its fields. */
let pointedInForm = false

/** Where the focus is was meant so: by Escape, by Tab, by another page. */
export function settle() {
  last = undefined
  typedAt = Number.NEGATIVE_INFINITY
  pointedInForm = false
}

if (typeof document !== 'undefined') {
  document.addEventListener('focusin', ({ target }) => {
    const it = target as Element
    last = typing(it) || it.closest(forms) ? it : undefined
    pointedInForm = false
  })
  document.addEventListener(
    'pointerdown',
    ({ target }) => {
      settle()
      pointedInForm = target instanceof Element && target.closest(forms) !== null
    },
    true,
  )
  document.addEventListener(
    'keydown',
    event => {
      if (event.key === 'Escape' || event.key === 'Tab') settle()
      else if (event.key.length === 1 && typing(event.target)) typedAt = event.timeStamp
    },
    true,
  )
}

/** Whether the focus was lost: what had it is gone, or cannot have it any more. */
function lost() {
  if (document.activeElement !== document.body || !last) return false
  return (
    !last.isConnected || (last as HTMLButtonElement).disabled === true || last.closest('[hidden], [inert]') !== null
  )
}

/** Whether this key, pressed alone, may be a shortcut. */
export function isCommand(event: KeyboardEvent) {
  if (typing(event.target) || event.timeStamp - typedAt < pause || lost()) return false
  if (document.activeElement === document.body && pointedInForm) return false
  // Space and named keys are no letters that somebody could have meant for a text.
  return event.key.length > 1 || singleKeys()
}
