import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Runs named checks one after the other; one that fails does not stop the next. */
export class Checks {
  passed = 0
  failed = 0

  async run(name, check) {
    try {
      await check()
      this.passed += 1
      console.log(`ok    ${name}`)
    } catch (error) {
      this.failed += 1
      console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').slice(0, 6).join('\n      ')}`)
    }
  }

  report() {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    return this.failed > 0 ? 1 : 0
  }
}

export const expect = value => ({
  toBe(wanted) {
    if (value !== wanted) throw new Error(`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`)
  },
  toContain(wanted) {
    if (!value.includes(wanted)) throw new Error(`wanted ${JSON.stringify(value)} to contain ${JSON.stringify(wanted)}`)
  },
})

/** What axe calls serious or critical, as text; empty when there is nothing. */
export async function severe(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(node => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`)
          .join(' | ')}`,
    )
    .join('\n')
}
