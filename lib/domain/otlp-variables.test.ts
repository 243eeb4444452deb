import { expect, it } from 'vitest'

import { otlpEndpoint, otlpVariables } from './otlp-variables'

const FACTS = { endpoint: 'http://127.0.0.1:30999', token: 'dep_1.proof', service: 'api', attributes: { 'easel.environment': 'production, old' } }
const keys = (...own: string[]) => otlpVariables(FACTS, own).map(({ key }) => key)

it('tells a program where to send, by what it shows who it is, and who it is', () => {
  expect(Object.fromEntries(otlpVariables(FACTS, []).map(({ key, value }) => [key, value]))).toEqual({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:30999',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-easel-otlp-token=dep_1.proof',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_SERVICE_NAME: 'api',
    OTEL_RESOURCE_ATTRIBUTES: 'easel.environment=production%2C%20old',
  })
})

it('gives no token to a place that somebody else has chosen', () => {
  for (const own of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS']) expect(keys(own)).toEqual(['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'])
  expect(keys('OTEL_SERVICE_NAME')).not.toContain('OTEL_SERVICE_NAME')
  expect(otlpVariables({ ...FACTS, endpoint: null }, []).map(({ key }) => key)).toEqual(['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'])
})

it.each([
  ['process', '127.0.0.1', 'http://127.0.0.1:4318'],
  ['process', '0.0.0.0', 'http://127.0.0.1:4318'],
  ['process', '::1', 'http://[::1]:4318'],
  ['docker', '0.0.0.0', 'http://host.docker.internal:4318'],
] as const)('on a target of the kind %s, listening on %s, it is %s', (kind, host, expected) => {
  expect(otlpEndpoint(kind, { host, port: 4318, url: 'http://host.docker.internal:4318', hostAddress: '172.17.0.1' })).toBe(expected)
  expect(otlpEndpoint('docker', { host, port: 4318, url: null, hostAddress: null })).toBeNull()
  expect(otlpEndpoint('docker', { host, port: 4318, url: null, hostAddress: '172.17.0.1' })).toBe('http://172.17.0.1:4318')
  expect(otlpEndpoint(kind, { host, port: null, url: null, hostAddress: '172.17.0.1' })).toBeNull()
})
