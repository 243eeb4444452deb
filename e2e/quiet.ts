import { expect, test as base, type BrowserContext } from '@playwright/test'

/** The network of this machine has changed, as it does with each container that begins or ends: the page asks again. */
const MACHINE = /net::ERR_NETWORK_CHANGED/

export type Heard = {
  /** What the journey itself brings about, such as the refusal of a request. It fails if that never happens. */
  expect(pattern: RegExp): void
}

/**
 * A journey in which every console error, uncaught exception, word of hydration and violation of the page's policy is a failure, in
 * every page and every context that it opens.
 */
export const test = base.extend<{ heard: Heard }>({
  heard: [
    async ({ browser, context }, use) => {
      const said: string[] = []
      const expected = new Map<RegExp, number>()
      const listen = (opened: BrowserContext) => {
        opened.on('console', (message) => (message.type() === 'error' || /hydrat|Content.Security.Policy/i.test(message.text()) ? said.push(message.text()) : undefined))
        opened.on('weberror', (thrown) => said.push(String(thrown.error())))
      }
      listen(context)
      // What a policy keeps from being evaluated throws and is not written anywhere.
      await context.addInitScript(() => addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => reportError(`Content-Security-Policy: ${effectiveDirective} keeps away ${blockedURI}`)))
      browser.on('context', listen)
      await use({ expect: (pattern) => void expected.set(pattern, 0) })
      browser.off('context', listen)
      const isExpected = (text: string) => {
        const pattern = [...expected.keys()].find((each) => each.test(text))
        if (pattern) expected.set(pattern, expected.get(pattern)! + 1)
        return pattern !== undefined
      }
      expect(said.filter((text) => !MACHINE.test(text) && !isExpected(text)), 'pages wrote errors to their console').toEqual([])
      expect([...expected].filter(([, times]) => times === 0).map(([pattern]) => String(pattern)), 'expected and never heard').toEqual([])
    },
    { auto: true },
  ],
})
