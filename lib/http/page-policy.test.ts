import { describe, expect, it } from 'vitest'

import { isPage, newNonce, pagePolicy } from './page-policy'

const directive = (policy: string, name: string) => policy.split('; ').find((each) => each.startsWith(`${name} `)) ?? ''

describe('what a page may load', () => {
  it('is only what the answer itself names', () => {
    const policy = pagePolicy('abc', false)
    expect(directive(policy, 'script-src')).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'")
    expect(directive(policy, 'style-src')).toBe("style-src 'self' 'nonce-abc'")
    for (const name of ['object-src', 'base-uri', 'frame-ancestors']) expect(directive(policy, name)).toBe(`${name} 'none'`)
    expect(policy.replace(directive(policy, 'style-src-attr'), '')).not.toMatch(/unsafe|\*|https?:/)
  })

  it('lets development evaluate what it is given', () => {
    expect(directive(pagePolicy('abc', true), 'script-src')).toContain("'unsafe-eval'")
  })

  it('has another nonce each time, of the form that is understood', () => {
    const nonces = new Set(Array.from({ length: 100 }, newNonce))
    expect(nonces.size).toBe(100)
    for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
  })

  it('concerns pages, not files of the build nor answers for programs', () => {
    expect(['/', '/projects', '/prj_1/env_1?view=list', '/apidocs', undefined].map(isPage)).toEqual([true, true, true, true, true])
    expect(['/_next/static/chunks/a.js', '/api/v1/projects', '/health/ready'].map(isPage)).toEqual([false, false, false])
  })
})
