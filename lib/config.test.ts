import { expect, test } from 'vitest'

import { parseConfig } from './config'

test('HTTPS is off and no proxy is trusted until somebody says otherwise', () => {
  expect(parseConfig({}).ingress).toMatchObject({ httpsPort: null, trustedProxies: [] })
  expect(parseConfig({ EASEL_INGRESS_HTTPS_PORT: '8443', EASEL_TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1' }).ingress).toMatchObject({ httpsPort: 8443, trustedProxies: ['10.0.0.0/8', '2001:db8::1'] })
})

test('certificates are asked for by Easel or by the Caddy before it, not by both', () => {
  const caddy = { EASEL_CADDY_ADMIN: 'unix//run/caddy/admin.sock', EASEL_INGRESS_HTTPS_PORT: '8443' }
  const byEasel = parseConfig(caddy)
  expect([byEasel.ingress.caddy, byEasel.acme === null]).toEqual([{ admin: 'unix//run/caddy/admin.sock', doorPort: 8079, isHttp3: false, acme: null }, false])
  const byCaddy = parseConfig({ ...caddy, EASEL_CADDY_CERTIFICATES: 'caddy' })
  expect([byCaddy.ingress.caddy?.acme?.directory, byCaddy.acme]).toEqual([byEasel.acme?.directory, null])
})

test.each([
  [{ EASEL_INGRESS_HTTPS_PORT: '0' }, /EASEL_INGRESS_HTTPS_PORT/],
  [{ EASEL_INGRESS_HTTPS_PORT: '3000' }, /which is PORT as well/],
  [{ EASEL_INGRESS_HTTPS_PORT: '8080' }, /which is EASEL_INGRESS_PORT as well/],
  [{ EASEL_CADDY_ADMIN: 'localhost:2019' }, /EASEL_CADDY_ADMIN: "localhost:2019" cannot be used/],
  [{ EASEL_CADDY_CERTIFICATES: 'caddy' }, /set EASEL_CADDY_ADMIN/],
  [{ EASEL_CADDY_ADMIN: 'http://127.0.0.1:2019', EASEL_CADDY_CERTIFICATES: 'caddy' }, /set EASEL_INGRESS_HTTPS_PORT/],
  [{ EASEL_CADDY_ADMIN: 'http://127.0.0.1:2019', EASEL_CADDY_DOOR_PORT: '8080' }, /which is EASEL_INGRESS_PORT as well/],
  [{ EASEL_TRUSTED_PROXIES: 'everybody' }, /EASEL_TRUSTED_PROXIES: "everybody" cannot be used/],
  [{ EASEL_TRUSTED_PROXIES: '10.0.0.0/33' }, /EASEL_TRUSTED_PROXIES/],
])('%o is refused in words', (settings, words) => {
  expect(() => parseConfig(settings)).toThrow(words)
})
