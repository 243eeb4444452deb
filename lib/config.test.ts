import { expect, test } from 'vitest'

import { parseConfig } from './config'

test('HTTPS is off and no proxy is trusted until somebody says otherwise', () => {
  expect(parseConfig({}).ingress).toMatchObject({ httpsPort: null, trustedProxies: [] })
  expect(parseConfig({ EASEL_INGRESS_HTTPS_PORT: '8443', EASEL_TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1' }).ingress).toMatchObject({ httpsPort: 8443, trustedProxies: ['10.0.0.0/8', '2001:db8::1'] })
})

test.each([
  [{ EASEL_INGRESS_HTTPS_PORT: '0' }, /EASEL_INGRESS_HTTPS_PORT/],
  [{ EASEL_INGRESS_HTTPS_PORT: '3000' }, /which is PORT as well/],
  [{ EASEL_INGRESS_HTTPS_PORT: '8080' }, /which is EASEL_INGRESS_PORT as well/],
  [{ EASEL_TRUSTED_PROXIES: 'everybody' }, /EASEL_TRUSTED_PROXIES: "everybody" cannot be used/],
  [{ EASEL_TRUSTED_PROXIES: '10.0.0.0/33' }, /EASEL_TRUSTED_PROXIES/],
])('%o is refused in words', (settings, words) => {
  expect(() => parseConfig(settings)).toThrow(words)
})
