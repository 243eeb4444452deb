import { expect, signIn, signInOverRest, test, BASE } from './support'

// What a page may run. That no screen is kept from anything it needs is seen by every journey: test.heard fails on a violation.

const nonceOf = (policy: string | null) => /'nonce-([^']+)'/.exec(policy ?? '')?.[1]

test('every answer names its own scripts, and files of the build are kept by caches', async () => {
  const answers = await Promise.all([1, 2].map(() => fetch(`${BASE}/sign-in`, { redirect: 'follow', headers: { 'content-security-policy': "script-src 'nonce-mine'" } })))
  const nonces = answers.map(({ headers }) => nonceOf(headers.get('content-security-policy')))
  expect(new Set([...nonces, undefined, 'mine']).size).toBe(4)
  const html = await answers[0]!.text()
  const scripts = html.match(/<script[^>]*>/g)!
  expect(scripts.length).toBeGreaterThan(5)
  expect(scripts.filter((script) => !script.includes(`nonce="${nonces[0]}"`))).toEqual([])
  expect(html).not.toMatch(/<[^>]+\son\w+=/)

  const file = await fetch(`${BASE}${/src="(\/_next\/static\/[^"]+)"/.exec(html)![1]}`)
  expect([file.headers.get('content-security-policy'), file.headers.get('cache-control')]).toEqual([null, 'public, max-age=31536000, immutable'])
})

test('what somebody smuggles in runs nothing, and styles nothing', async ({ page, heard }) => {
  heard.expect(/Content.Security.Policy/)
  await signIn(page)
  const ran = await page.evaluate(async () => {
    const violations: string[] = []
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective))
    const box = document.createElement('div')
    box.innerHTML = '<img src="data:," onerror="window.smuggled = true"><style>body { visibility: hidden }</style>'
    document.body.append(box)
    // What the test itself evaluates may evaluate; what comes after is the page's.
    await new Promise((resolve) => requestAnimationFrame(resolve))
    try {
      new Function('window.smuggled = true')()
    } catch (error) {
      violations.push((error as Error).name)
    }
    const began = performance.now()
    while (violations.length < 4 && performance.now() - began < 10_000) await new Promise((resolve) => requestAnimationFrame(resolve))
    return { smuggled: 'smuggled' in window, violations: violations.toSorted(), visibility: getComputedStyle(document.body).visibility }
  })
  expect(ran).toEqual({ smuggled: false, violations: ['EvalError', 'script-src', 'script-src-attr', 'style-src-elem'], visibility: 'visible' })
})

test('a password gets into no address, also where no script comes', async ({ browser }) => {
  await signInOverRest()
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: BASE })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill('somebody@example.com')
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByRole('button', { name: 'Sign in' }).click({ force: true })
  expect(page.url()).toBe(`${BASE}/sign-in`)
  await expect(page.getByLabel('Email'), 'what was typed is still there').toHaveValue('somebody@example.com')
  await context.close()
})

test('an address without a tab leads on before anything is shown that could be clicked', async ({ page }) => {
  for (const [address, tab] of [['/prj_1/env_1/svc_1', 'deployments'], ['/prj_1/env_1/volumes/vol_1', 'overview']]) {
    const answer = await page.request.get(address!, { maxRedirects: 0 })
    expect([answer.status(), answer.headers()['location']]).toEqual([307, `${address}/${tab}`])
  }
})
