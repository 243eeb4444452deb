import { describe, expect, it } from 'vitest'

import type { ServedDomain } from '../../db/queries/engine/domains'
import { DEFAULT_RULES } from '../../domain/site'
import { RouteTable, type Route } from '../ingress/table'
import { presencesOf, sitesOf } from './sites'

const route = (serviceId: string): Route => ({ serviceId, name: serviceId, hosts: [`${serviceId}.localhost`], privatePort: null, targets: [], unavailable: 'stopped', hold: null })
const domain = (id: string, more: Partial<ServedDomain> = {}): ServedDomain => ({ id, serviceId: 'web', hostname: `${id}.example.com`, token: `token-of-${id}`, isPrimary: false, redirectsToPrimary: true, port: null, paths: [], rules: DEFAULT_RULES, isOwned: true, isActive: true, certificateId: `cert-${id}`, ...more })
const secure = { hasHttps: true }

describe('sites', () => {
  it('are of names that are proven, of services that are there', () => {
    const sites = sitesOf([domain('own'), domain('claimed', { isOwned: false, isActive: false }), domain('gone', { serviceId: 'gone' })], [route('web')], secure)
    expect(sites.map(({ host }) => host)).toEqual(['own.example.com'])
  })

  it('lead to the primary one as soon as that answers', () => {
    const both = (isActive: boolean) => sitesOf([domain('a', { isPrimary: true, isActive }), domain('b'), domain('c', { redirectsToPrimary: false }), domain('d', { serviceId: 'api' })], [route('web'), route('api')], secure).map(({ rules }) => rules.redirectTo)
    expect(both(true)).toEqual([null, 'a.example.com', null, null])
    expect(both(false)).toEqual([null, null, null, null])
  })

  it('are sent to HTTPS where a Caddy obtains the certificate, once the name leads here, but for wildcards', () => {
    const domains = [domain('a', { certificateId: null }), domain('b', { certificateId: null, isActive: false }), domain('w', { certificateId: null, hostname: '*.example.com' })].map((each) => ({ ...each, rules: { ...DEFAULT_RULES, forceHttps: true } }))
    const forced = (isCertifiedByCaddy: boolean) => sitesOf(domains, [route('web')], { hasHttps: true, isCertifiedByCaddy }).map(({ rules }) => rules.forceHttps)
    expect(forced(true)).toEqual([true, false, false])
    expect(forced(false)).toEqual([false, false, false])
  })

  it('send nobody to HTTPS that is not there', () => {
    const rules = { ...DEFAULT_RULES, hsts: { maxAgeS: 60, includeSubdomains: false, preload: false } }
    const of = (more: Partial<ServedDomain>, hasHttps: boolean) => sitesOf([domain('a', { rules, ...more })], [route('web')], { hasHttps }).map((site) => [site.rules.forceHttps, site.rules.hsts?.maxAgeS, site.certificateId])
    expect([of({}, true), of({ certificateId: null }, true), of({}, false)]).toEqual([[[true, 60, 'cert-a']], [[false, undefined, null]], [[false, undefined, null]]])
  })

  it('have paths of services that are there, the own one last', () => {
    const paths = [{ prefix: '/api', serviceId: 'api', port: 9000, isStripped: true }, { prefix: '/old', serviceId: 'gone', port: null, isStripped: false }]
    const [site] = sitesOf([domain('a', { paths, port: 8000 })], [route('web'), route('api')], secure)
    expect(site!.paths).toEqual([paths[0], { prefix: '/', serviceId: 'web', port: 8000, isStripped: false }])
  })

  it('are what a table can have, with presences of all names', () => {
    const domains = [domain('a', { isPrimary: true }), domain('b', { isOwned: false }), domain('c', { hostname: '*.example.org' })]
    const challenges = presencesOf(domains)
    expect(challenges.map(({ host }) => host)).toEqual(['a.example.com', 'b.example.com', expect.stringMatching(/^easel-.+\.example\.org$/)])
    expect(RouteTable.safeParse({ version: 1, routes: [route('web')], sites: sitesOf(domains, [route('web')], secure), challenges }).success).toBe(true)
  })
})
