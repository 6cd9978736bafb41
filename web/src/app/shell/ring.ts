/** How this browser rings when a conversation waits: kept here, because it is a matter of the desk and not of the account. */

const muted = 'chasqui.ring.muted'

/** Whether the sound is on. */
export const isLoud = () => localStorage.getItem(muted) === null

export function setLoud(loud: boolean) {
  if (loud) localStorage.removeItem(muted)
  else localStorage.setItem(muted, '1')
}

/** What the browser says about its own notifications; `missing`: it has none, or not on a plain connection. */
export type Permission = 'missing' | NotificationPermission

export const permission = (): Permission => (typeof Notification === 'undefined' ? 'missing' : Notification.permission)

/** Asks for them. Browsers want a click for that. */
export async function askPermission(): Promise<Permission> {
  return typeof Notification === 'undefined' ? 'missing' : Notification.requestPermission()
}

/** Shows a notification of the browser's own, when that is allowed and nobody looks at the page. */
export function notify(title: string, conversation: string, open: () => void) {
  if (permission() !== 'granted' || document.visibilityState === 'visible') return
  try {
    const shown = new Notification(title, { tag: conversation })
    shown.onclick = () => {
      window.focus()
      open()
      shown.close()
    }
  } catch {
    // Some browsers of phones show them from a service worker only.
  }
}

const rang = 'chasqui.ring.last'

/** Whether this is the first page of the browser that rings for a conversation: all of them hear of it. */
export function isFirst(conversation: string, now: number) {
  const call = `${conversation}@${Math.floor(now / 10_000)}`
  if (localStorage.getItem(rang) === call) return false
  localStorage.setItem(rang, call)
  return true
}

/** Two short tones. Silent until somebody has clicked on the page: browsers want it so. */
export function chime() {
  if (!isLoud() || typeof AudioContext === 'undefined') return
  const audio = new AudioContext()
  const volume = audio.createGain()
  volume.gain.value = 0.08
  volume.connect(audio.destination)
  for (const [index, hertz] of [660, 880].entries()) {
    const tone = audio.createOscillator()
    tone.frequency.value = hertz
    tone.connect(volume)
    tone.start(audio.currentTime + index * 0.16)
    tone.stop(audio.currentTime + index * 0.16 + 0.14)
  }
  setTimeout(() => void audio.close(), 600)
}
