// A hand that never leaves the keyboard.

/** Presses Tab until what has the focus is called so; fails when the whole page was walked through. */
export async function tabTo(page, name, most = 70) {
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(called)
    if (name.test(focused)) return
  }
  throw new Error(`Tab never came to ${name}`)
}

/** What the focused element is called, as far as a test needs it. */
function called() {
  const it = document.activeElement
  if (!it || it === document.body) return ''
  const labelled = it.getAttribute('aria-labelledby')
  const label = it.labels?.[0]?.textContent ?? (labelled && document.getElementById(labelled)?.textContent)
  return (it.getAttribute('aria-label') ?? label ?? it.textContent ?? '').trim()
}
