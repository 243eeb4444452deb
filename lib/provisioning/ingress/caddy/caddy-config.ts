import { createHash } from 'node:crypto'

import type { AcmeConfig } from '../../../config'
import type { Certificate, RouteTable } from '../table'

// What Caddy is told, as its JSON configuration has it (Caddy 2.6 and later): two servers that hand everything to our door, and how TLS
// is done. Nothing of it names a workload, so a deployment changes nothing here: Caddy loads its whole configuration anew for each
// change, and up to 2.6 that ends every WebSocket it carries.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** What stays the same while Easel runs. */
export type CaddySettings = {
  /** The address Caddy listens on; empty for all. */
  host: string
  httpPort: number
  /** Null for no HTTPS. */
  httpsPort: number | null
  /** Whether it is asked by HTTP/3 too, on the port of HTTPS. Up to 2.6 Caddy shows there what certificates it had when it began to listen. */
  isHttp3: boolean
  /** Where our door is, as Caddy reaches it, and what shows it that Caddy asks. */
  door: { host: string; port: number; secret: string }
  /** Whose certificates are shown for names that were given none: `easel`: nobody's, such a name is refused. `caddy`: those that Caddy obtains itself when somebody asks for the name. */
  certificates: { by: 'easel' } | { by: 'caddy'; acme: AcmeConfig }
}

/** What is ours in Caddy's configuration. Objects bear an `@id` that begins with `easel-`; so they are found again, and told from those of others. */
export type CaddyParts = {
  servers: Record<string, JsonObject>
  certificates: JsonObject[]
  policies: JsonObject[]
  /** The address that Caddy asks before it obtains a certificate; null where it obtains none. */
  ask: string | null
}

export const OWN_ID = 'easel-'
export const HTTP_SERVER = 'easel-http'
export const HTTPS_SERVER = 'easel-https'
/** The header by which the door knows Caddy: the secret, the scheme, the name that TLS was asked for, and the version of HTTP. Over HTTP/3, Caddy 2.6 does not know the name. */
export const DOOR_HEADER = 'X-Easel-Door'
/** Where Caddy asks for names, at the door. */
export const ASK_PATH = '/easel/ask'

const EVERYBODY = ['0.0.0.0/0', '::/0']
/** Shorter than the door keeps a connection that nothing comes over, so that none is used just when it ends. */
const IDLE = '30s'
/** The door may be away for so long (its process starts again) without anybody noticing. */
const DOOR_AWAY = '15s'
const GRPC = ['application/grpc', 'application/grpc+*', 'application/grpc;*']

/** Caddy's configuration for a table and the certificates at hand: the same for the same input, in every byte. */
export function caddyParts(settings: CaddySettings, { sites = [] }: Pick<RouteTable, 'sites'>, certificates: readonly Certificate[]): CaddyParts {
  const { httpPort, httpsPort, door } = settings
  const servers: CaddyParts['servers'] = { [HTTP_SERVER]: server(settings, 'http', httpPort) }
  // Those without a name are the proofs of TLS-ALPN-01, which Caddy shows for its own orders only.
  const shown = certificates.filter(({ hosts }) => hosts.length > 0)
  const loaded = httpsPort === null ? [] : shown.map(({ id, chainPem, keyPem }) => ({ '@id': certificateObject(id), certificate: chainPem, key: keyPem, tags: [id] }))
  if (httpsPort === null) return { servers, certificates: loaded, policies: [], ask: null }
  servers[HTTPS_SERVER] = { ...server(settings, 'https', httpsPort), tls_connection_policies: [...choices(sites, shown), {}] }
  if (settings.certificates.by === 'easel') return { servers, certificates: loaded, policies: [], ask: null }
  return {
    servers,
    certificates: loaded,
    policies: [{ '@id': 'easel-on-demand', on_demand: true, issuers: [issuer(settings.certificates.acme, { httpPort, httpsPort })] }],
    ask: `http://${authority(door)}${ASK_PATH}?key=${askKey(door.secret)}`,
  }
}

/** What Caddy shows where it asks for names. It is a part of the address, which Caddy writes into its log, so it opens nothing else. */
export function askKey(secret: string): string {
  return createHash('sha256').update(`ask ${secret}`).digest('hex')
}

export function certificateObject(id: string): string {
  return `${OWN_ID}certificate-${id}`
}

function server({ host, door, isHttp3 }: CaddySettings, scheme: 'http' | 'https', port: number): JsonObject {
  const name = `${OWN_ID}${scheme}`
  return {
    '@id': name,
    listen: [authority({ host, port })],
    // Like our own ingress: who never finishes its headers is no visitor, who uploads for hours may be.
    read_header_timeout: '30s',
    idle_timeout: '65s',
    max_header_bytes: 16_384,
    // Which names there are, and whether plain HTTP is sent on, is the door's to say.
    automatic_https: { disable: true },
    protocols: ['h1', 'h2', ...(scheme === 'https' && isHttp3 ? ['h3'] : [])],
    routes: [
      { '@id': `${name}-grpc`, match: [{ header: { 'Content-Type': GRPC } }], handle: carry(door, scheme, { versions: ['h2c', '2'] }), terminal: true },
      { '@id': `${name}-door`, handle: carry(door, scheme, { versions: ['1.1'] }), terminal: true },
    ],
  }
}

/** Everything goes to the door; who asked is added at the end of X-Forwarded-For, whoever wrote what is before it. */
function carry(door: CaddySettings['door'], scheme: string, transport: JsonObject): Json[] {
  return [
    // What the workload says about itself is said, and nothing about Caddy.
    { handler: 'headers', response: { delete: ['Server'] } },
    {
      handler: 'reverse_proxy',
      upstreams: [{ dial: authority(door) }],
      trusted_proxies: EVERYBODY,
      headers: { request: { set: { [DOOR_HEADER]: [`${door.secret} ${scheme} ${scheme === 'https' ? '{http.request.tls.server_name} {http.request.proto}' : '-'}`] } } },
      // What has no length goes on at once as it is. `-1` would have Caddy not notice that a client has left.
      flush_interval: '20ms',
      load_balancing: { try_duration: DOOR_AWAY, try_interval: '100ms' },
      transport: { protocol: 'http', dial_timeout: '5s', compression: false, expect_continue_timeout: '24h', keep_alive: { enabled: true, idle_timeout: IDLE, max_idle_conns_per_host: 512 }, ...transport },
    },
  ]
}

/** Which of several certificates that name a host is shown: the one its site says. */
function choices(sites: NonNullable<RouteTable['sites']>, certificates: readonly Certificate[]): JsonObject[] {
  const naming = new Map<string, number>()
  for (const { hosts } of certificates) for (const host of hosts) naming.set(host, (naming.get(host) ?? 0) + 1)
  const ids = new Set(certificates.map(({ id }) => id))
  const isDoubtful = (host: string) => (naming.get(host) ?? 0) + (naming.get(`*${host.slice(host.indexOf('.'))}`) ?? 0) > 1
  return sites.flatMap(({ domainId, host, certificateId }) => (certificateId !== null && ids.has(certificateId) && isDoubtful(host) ? [{ '@id': `${OWN_ID}choice-${domainId}`, match: { sni: [host] }, certificate_selection: { any_tag: [certificateId] } }] : []))
}

function issuer({ directory, email, caFile, binding }: AcmeConfig, { httpPort, httpsPort }: { httpPort: number; httpsPort: number }): JsonObject {
  return {
    module: 'acme',
    ca: directory,
    ...(email === null ? {} : { email }),
    ...(caFile === null ? {} : { trusted_roots_pem_files: [caFile] }),
    ...(binding === null ? {} : { external_account: { key_id: binding.keyId, mac_key: binding.hmacKey } }),
    challenges: { http: { alternate_port: httpPort }, 'tls-alpn': { alternate_port: httpsPort } },
  }
}

function authority({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
