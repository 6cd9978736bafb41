/** What scrolls that should not (what is meant to go sideways says so with `data-sideways`): the window, and boxes that scroll sideways or are longer than what can be seen of them. */
export const stray = page =>
  page.evaluate(() => {
    const found = []
    const root = document.documentElement
    if (root.scrollWidth > innerWidth) found.push(`the window sideways: ${root.scrollWidth} in ${innerWidth}`)
    // The pages of the app scroll in their sheet; the entrance and the phone are pages of their own.
    const sheet = document.querySelector('#main')
    if (sheet && root.scrollHeight > innerHeight + 1) found.push(`the window: ${root.scrollHeight} in ${innerHeight}`)
    const called = box => `${box.tagName.toLowerCase()}.${box.className}`
    for (const box of document.querySelectorAll('body *')) {
      const { overflowX, overflowY, scrollbarWidth, display } = getComputedStyle(box)
      if (display === 'inline' || box.clientWidth === 0) continue
      const scrolls = value => value === 'auto' || value === 'scroll'
      const may =
        box.closest('.react-flow, [data-sideways]') ||
        scrollbarWidth === 'none' ||
        /^(TEXTAREA|PRE|CODE)$/.test(box.tagName)
      if (scrolls(overflowX) && !may && box.scrollWidth > box.clientWidth + 1)
        found.push(`${called(box)} sideways: ${box.scrollWidth} in ${box.clientWidth}`)
      if (!scrolls(overflowY) || box.scrollHeight <= box.clientHeight + 1) continue
      // Something that can be seen reaches to its end, or else nothing but what is hidden makes it long.
      const { top } = box.getBoundingClientRect()
      const end = Math.max(
        0,
        ...[...box.querySelectorAll('*')]
          .filter(one => !one.closest('.vh') && getComputedStyle(one).position !== 'fixed')
          .map(one => one.getBoundingClientRect())
          .filter(({ width, height }) => width > 1 && height > 1)
          .map(({ bottom }) => bottom - top + box.scrollTop),
      )
      if (end > 0 && end < box.clientHeight - 1)
        found.push(`${called(box)}: ${box.scrollHeight} for ${Math.round(end)}`)
    }
    return found.join('\n')
  })
