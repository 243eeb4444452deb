import { hasNetwork, type TargetKind } from './target'

// What a program is told so that its OpenTelemetry SDK sends to us: https://opentelemetry.io/docs/specs/otel/protocol/exporter/

export type OtlpFacts = {
  /** Where the receiver listens, without a path; null where the program cannot reach it. */
  endpoint: string | null
  /** Null before it is known. */
  token: string | null
  service: string
  attributes: Readonly<Record<string, string>>
}

export type OtlpVariable = { key: string; value: string | null; meaning: string }

const SENDING = /^OTEL_EXPORTER_OTLP_/

/**
 * What is set besides the service's own variables, which come first. Somebody who says where anything is sent to is told nothing about sending: the token
 * would go to whom they mean.
 */
export function otlpVariables({ endpoint, token, service, attributes }: OtlpFacts, own: readonly string[]): OtlpVariable[] {
  const sending: OtlpVariable[] = [
    { key: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint, meaning: 'Where an OpenTelemetry SDK sends logs and metrics' },
    { key: 'OTEL_EXPORTER_OTLP_HEADERS', value: token === null ? null : `x-easel-otlp-token=${token}`, meaning: 'By what it shows who it is' },
    { key: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf', meaning: 'How it sends' },
  ]
  const about: OtlpVariable[] = [
    { key: 'OTEL_SERVICE_NAME', value: service, meaning: 'What it calls the service' },
    { key: 'OTEL_RESOURCE_ATTRIBUTES', value: Object.entries(attributes).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join(','), meaning: 'What it says of itself' },
  ]
  const isElsewhere = endpoint === null || own.some((key) => SENDING.test(key))
  return [...(isElsewhere ? [] : sending), ...about].filter(({ key }) => !own.includes(key))
}

/** Where the receiver listens, and how it is reached. `url`: the address for containers that the operator has said; `hostAddress`: the address of this machine that containers of the target reach. */
export type OtlpPlace = { host: string; port: number | null; url: string | null; hostAddress: string | null }

/** The address for programs on a target; null where they are told none. */
export function otlpEndpoint(targetKind: TargetKind, { host, port, url, hostAddress }: OtlpPlace): string | null {
  if (hasNetwork(targetKind) && url !== null) return url
  const reachable = hasNetwork(targetKind) ? hostAddress : isEverywhere(host) ? '127.0.0.1' : host
  return port === null || reachable === null ? null : `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** Whether who listens there listens at every address. */
export function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
