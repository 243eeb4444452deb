import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isIP } from 'node:net'
import { homedir, totalmem } from 'node:os'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'

import { z } from 'zod'

import { parseRange } from './domain/source-range'

// The only reader of `process.env`. Parsed once; every problem is listed at once, in words.

const port = z.coerce.number({ error: 'must be a port number' }).int().min(1, 'must be between 1 and 65535').max(65535, 'must be between 1 and 65535')
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1')

function commaList(isGood: (part: string) => boolean, message: string) {
  return z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== '')).refine((parts) => parts.every(isGood), message)
}

function isAddressOrName(text: string): boolean {
  return isIP(text) !== 0 || /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i.test(text)
}

/** As Node takes them: an address, with a port when it is another one than 53. */
function isResolver(text: string): boolean {
  const [, bracketed, port] = /^(?:\[([0-9a-f:.]+)\]|[^\s:[\]]+)(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? (text.split(':').length > 2 ? text : text.replace(/:\d+$/, ''))
  return isIP(host) !== 0 && (port === undefined || (Number(port) > 0 && Number(port) < 65_536))
}

const Environment = z.object({
  EASEL_DATA_DIR: z.string().min(1).optional(),
  PORT: port.default(3000),
  EASEL_HOST: z.string().min(1).default('127.0.0.1'),
  EASEL_PUBLIC_URL: z.url().optional(),
  EASEL_INGRESS_PORT: port.default(8080),
  EASEL_INGRESS_HTTPS_PORT: port.optional(),
  EASEL_TRUSTED_PROXIES: z.string().transform((text) => text.split(',').map((range) => range.trim()).filter((range) => range !== '')).refine((ranges) => ranges.every((range) => parseRange(range) !== null), 'must be addresses and ranges such as 10.0.0.0/8,2001:db8::1').default([]),
  EASEL_INGRESS_HOST: z.string().min(1).default('127.0.0.1'),
  EASEL_CADDY_ADMIN: z.union([z.url({ protocol: /^http$/ }), z.string().regex(/^unix\/\/.+/)], { error: 'must be the address of the admin API of a Caddy on this machine, such as http://127.0.0.1:2019 or unix//run/caddy/admin.sock' }).optional(),
  EASEL_CADDY_DOOR_PORT: port.default(8079),
  EASEL_CADDY_HTTP3: flag.default(false),
  EASEL_CADDY_CERTIFICATES: z.enum(['easel', 'caddy']).default('easel'),
  EASEL_INGRESS_DOMAIN: z.string().regex(/^[a-z0-9.-]+$/, 'must be a host name such as localhost or apps.example.com').default('localhost'),
  EASEL_INGRESS_ADDRESSES: commaList(isAddressOrName, 'must be the addresses that lead to this machine, such as 203.0.113.7,2001:db8::7, or a host name').optional(),
  EASEL_DNS_RESOLVERS: commaList(isResolver, 'must be addresses of DNS resolvers, such as 1.1.1.1,9.9.9.9:53').optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://').optional(),
  EASEL_SESSION_KEY: z.string().min(32).optional(),
  EASEL_ENCRYPTION_KEY: z.string().regex(/^(k\d+:)?[0-9a-f]{64}(,(k\d+:)?[0-9a-f]{64})*$/, 'must be 64 hexadecimal digits, or several such keys with their names (k2:…,k1:…), the one that seals first').optional(),
  EASEL_METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  PROMETHEUS_URL: z.url({ protocol: /^https?$/, error: 'must be the http or https address of a Prometheus server' }).optional(),
  PROMETHEUS_TOKEN: z.string().regex(/^[\x21-\x7e]+$/, 'must be one word of ASCII characters').optional(),
  EASEL_PROMETHEUS_TARGETS: z.string().min(1).optional(),
  EASEL_LOCAL_SOURCES: flag.optional(),
  EASEL_WORKLOAD_PORTS: z.string().regex(/^\d+-\d+$/, 'must be a range such as 30000-30999').default('30000-30999'),
  EASEL_BUILD_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(2),
  EASEL_BUILD_MEMORY_MIB: z.coerce.number({ error: 'must be a number of mebibytes' }).int().min(128, 'must be at least 128').optional(),
  EASEL_BUILD_TIMEOUT_S: z.coerce.number().int().min(10).default(1800),
  EASEL_BASE_IMAGES: z.string().regex(/^([A-Za-z0-9.:_-]+\/)*$/, 'must be empty or end with /, such as mirror.example.com/library/').default(''),
  EASEL_KEEP_BUILDS: z.coerce.number().int().min(3).max(1000).default(10),
  EASEL_KEEP_BUILDS_DAYS: z.coerce.number().int().min(1).max(36_500).default(90),
  EASEL_UPLOAD_MIB: z.coerce.number({ error: 'must be a number of mebibytes' }).min(1, 'must be at least 1').default(200),
  EASEL_UPLOAD_UNPACKED_MIB: z.coerce.number({ error: 'must be a number of mebibytes' }).min(1, 'must be at least 1').default(1024),
  EASEL_UPLOAD_FILES: z.coerce.number({ error: 'must be a number of files' }).int().min(1, 'must be at least 1').max(200_000).default(50_000),
  EASEL_LOG_BUDGET_MIB: z.coerce.number({ error: 'must be a number of mebibytes' }).min(16, 'must be at least 16').default(2048),
  EASEL_LOG_DAYS: z.coerce.number({ error: 'must be a number of days' }).int().min(1, 'must be at least 1').max(365, 'must be at most 365').default(7),
  EASEL_DOCKER: flag.default(true),
  EASEL_DOCKER_BUDGET_GIB: z.coerce.number({ error: 'must be a number of gibibytes' }).min(1, 'must be at least 1').optional(),
  EASEL_DOCKER_CLEAN_CACHE: flag.default(false),
  EASEL_ALERTS_TO_PRIVATE: flag.default(true),
  EASEL_OTLP: flag.default(true),
  EASEL_OTLP_HOST: z.string().min(1).default('127.0.0.1'),
  EASEL_OTLP_PORT: port.optional(),
  EASEL_OTLP_URL: z.url().optional(),
  EASEL_TRACES_URL: z.url().optional(),
  EASEL_TRACES_HEADERS: z.string().optional(),
  EASEL_ACME_DIRECTORY: z.union([z.literal('off'), z.url({ protocol: /^https$/ })], { error: 'must be the address (https://…) of the directory of a certificate authority, or off' }).default('https://acme-v02.api.letsencrypt.org/directory'),
  EASEL_ACME_EMAIL: z.email('must be an e-mail address').optional(),
  EASEL_ACME_CA_FILE: z.string().min(1).optional(),
  EASEL_ACME_CHALLENGE: z.enum(['http-01', 'tls-alpn-01']).default('http-01'),
  EASEL_ACME_EAB_KID: z.string().min(1).optional(),
  EASEL_ACME_EAB_HMAC_KEY: z.string().regex(/^[A-Za-z0-9_+/=-]{16,}$/, 'must be in base64url, as the certificate authority gave it').optional(),
  EASEL_ON_EXIT: z.enum(['stop', 'keep']).default('stop'),
  EASEL_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  EASEL_DEMO: flag.default(false),
  EASEL_PROCESS: z.string().default('easel'),
})

export type Config = {
  /** Folder of everything Easel keeps: database, secrets, builds, artifacts, logs. */
  dataDir: string
  /** True when EASEL_DATA_DIR named it. */
  dataDirChosen: boolean
  port: number
  host: string
  /** The console's address as a browser sees it, without a trailing slash. */
  publicUrl: string
  /** `httpsPort`: null for no HTTPS. `trustedProxies`: whose word is taken for whom they speak for. */
  ingress: { port: number; httpsPort: number | null; host: string; domain: string; trustedProxies: string[]; /** A Caddy that listens on these ports instead; null for none. */ caddy: CaddyConfig | null }
  /** What host names that people bring must lead to: addresses, or a name; empty while nobody has said. */
  ingressAddresses: string[]
  /** Who is asked about those names; empty for the resolvers of the system. */
  dnsResolvers: string[]
  databaseUrl: string | undefined
  sessionKey: string | undefined
  encryptionKey: string | undefined
  /** Who shows it may read all metrics at /metrics; without one, only access tokens are taken there. */
  metricsToken: string | undefined
  /** The server that answers what was measured, instead of our own store; null for none. */
  prometheus: { url: string; token: string | undefined } | null
  /** Where the file is written that tells a Prometheus what to scrape; in the data folder when null. */
  prometheusTargets: string | null
  /** Whether `file://` and folder sources are allowed: only when the console answers on loopback, unless said otherwise. */
  localSources: boolean
  /** `avoid`: ports that this system gives to any connection that a program opens; taken when no others are left. Null where it does not say. */
  workloadPorts: { first: number; last: number; avoid: { first: number; last: number } | null }
  buildConcurrency: number
  /** How much memory the commands of one build may hold together. */
  buildMemoryMib: number
  buildTimeoutMs: number
  /** Before the names of base images, such as `mirror.example.com/library/`. */
  baseImages: string
  /** Builds of a service that are kept to go back to: so many, and not longer than so many days. */
  keepBuilds: { count: number; days: number }
  /** What an uploaded folder may hold at most: as an archive, unpacked, and how many files. */
  uploads: { packedBytes: number; unpackedBytes: number; files: number }
  /** How much the log lines of all services may hold together. */
  logBudgetBytes: number
  /** For how many days log lines are kept. */
  logDays: number
  /** Whether a Docker engine of this machine is looked for. */
  docker: boolean
  /** How much images (and build cache) may hold on each Docker engine before it is cleaned; null: it is cleaned by hand only. `cleansCache`: build cache too, whosever it is. */
  dockerDisk: { budgetBytes: number | null; cleansCache: boolean }
  /** Whether alerts may be sent to addresses of this machine and of private networks. */
  alertsToPrivate: boolean
  /**
   * Receiving what OpenTelemetry sends. `port`: null for one of `workloadPorts` that is kept. `url`: the address as containers reach it, without a trailing slash; null: they are told none.
   */
  otlp: { isOn: boolean; host: string; port: number | null; url: string | null }
  /** Where traces of the platform itself are sent by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`; null: none are made. `headers`: sent along, as in `key=value,key=value`. */
  traces: { url: string; headers: Record<string, string> } | null
  /** The authority that certificates are asked of; null for none. */
  acme: AcmeConfig | null
  /** What happens to running services when Easel is stopped with Ctrl-C. */
  onExit: 'stop' | 'keep'
  logLevel: string
  /** Whether everything that is shown is invented: set by the supervisor of a demo. */
  isDemo: boolean
  processName: string
}

/** A Caddy that stands before our ingress. `doorPort`: where it hands in what it received, on the loopback. `acme`: whom it asks for certificates itself; null where Easel does. */
export type CaddyConfig = { admin: string; doorPort: number; isHttp3: boolean; acme: AcmeConfig | null }

/** A certificate authority that speaks ACME (RFC 8555), and how it is spoken to. */
export type AcmeConfig = {
  /** Address of its directory. */
  directory: string
  /** Told to the authority, which may write about certificates that end. */
  email: string | null
  /** Certificates (PEM) of who vouches for the authority's own address; null for those that Node knows. */
  caFile: string | null
  /** How a host name is proven, where no DNS records are set. */
  challenge: 'http-01' | 'tls-alpn-01'
  /** Credentials of an account that the authority gave (external account binding). */
  binding: { keyId: string; hmacKey: string } | null
}

/** Thrown with one sentence per wrong variable. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
  }
}

/** Reads a process environment. Throws ConfigError that names every wrong variable, what it holds and what it must be. */
export function parseConfig(source: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0])
        const found = name.endsWith('_KEY') || name.endsWith('_TOKEN') || name.endsWith('_HEADERS') || name === 'DATABASE_URL' || name === 'PROMETHEUS_URL' ? 'its value' : `"${given[name]}"`
        return `${name}: ${found} cannot be used: ${issue.message}.`
      }),
    )
  }
  const env = parsed.data
  const [first, last] = env.EASEL_WORKLOAD_PORTS.split('-').map(Number) as [number, number]
  if (first < 1024 || last > 65535 || last - first < 9) {
    throw new ConfigError([`EASEL_WORKLOAD_PORTS: "${env.EASEL_WORKLOAD_PORTS}" must be a range of at least ten ports between 1024 and 65535.`])
  }
  if (env.PORT === env.EASEL_INGRESS_PORT) {
    throw new ConfigError([`PORT and EASEL_INGRESS_PORT are both ${env.PORT}: the console and the services need a port each.`])
  }
  if (env.EASEL_INGRESS_HTTPS_PORT === env.PORT || env.EASEL_INGRESS_HTTPS_PORT === env.EASEL_INGRESS_PORT) {
    throw new ConfigError([`EASEL_INGRESS_HTTPS_PORT is ${env.EASEL_INGRESS_HTTPS_PORT}, which is ${env.EASEL_INGRESS_HTTPS_PORT === env.PORT ? 'PORT' : 'EASEL_INGRESS_PORT'} as well: HTTPS needs a port of its own.`])
  }
  const publicHost = isLoopback(env.EASEL_HOST) || env.EASEL_HOST === '0.0.0.0' || env.EASEL_HOST === '::' ? 'localhost' : env.EASEL_HOST
  return {
    dataDir: env.EASEL_DATA_DIR === undefined ? defaultDataDir() : resolve(env.EASEL_DATA_DIR),
    dataDirChosen: env.EASEL_DATA_DIR !== undefined,
    port: env.PORT,
    host: env.EASEL_HOST,
    publicUrl: (env.EASEL_PUBLIC_URL ?? `http://${publicHost}:${env.PORT}`).replace(/\/$/, ''),
    ingress: { port: env.EASEL_INGRESS_PORT, httpsPort: env.EASEL_INGRESS_HTTPS_PORT ?? null, trustedProxies: env.EASEL_TRUSTED_PROXIES, host: env.EASEL_INGRESS_HOST, domain: env.EASEL_INGRESS_DOMAIN, caddy: caddyOf(env) },
    ingressAddresses: env.EASEL_INGRESS_ADDRESSES ?? [],
    dnsResolvers: env.EASEL_DNS_RESOLVERS ?? [],
    databaseUrl: env.DATABASE_URL,
    sessionKey: env.EASEL_SESSION_KEY,
    encryptionKey: env.EASEL_ENCRYPTION_KEY,
    metricsToken: env.EASEL_METRICS_TOKEN,
    prometheus: env.PROMETHEUS_URL === undefined ? null : { url: env.PROMETHEUS_URL, token: env.PROMETHEUS_TOKEN },
    prometheusTargets: env.EASEL_PROMETHEUS_TARGETS === undefined ? null : resolve(env.EASEL_PROMETHEUS_TARGETS),
    localSources: env.EASEL_LOCAL_SOURCES ?? isLoopback(env.EASEL_HOST),
    workloadPorts: { first, last, avoid: passingPorts() },
    buildConcurrency: env.EASEL_BUILD_CONCURRENCY,
    buildMemoryMib: env.EASEL_BUILD_MEMORY_MIB ?? shareOfMemory(env.EASEL_BUILD_CONCURRENCY),
    buildTimeoutMs: env.EASEL_BUILD_TIMEOUT_S * 1000,
    baseImages: env.EASEL_BASE_IMAGES,
    keepBuilds: { count: env.EASEL_KEEP_BUILDS, days: env.EASEL_KEEP_BUILDS_DAYS },
    uploads: { packedBytes: Math.round(env.EASEL_UPLOAD_MIB * 1024 * 1024), unpackedBytes: Math.round(env.EASEL_UPLOAD_UNPACKED_MIB * 1024 * 1024), files: env.EASEL_UPLOAD_FILES },
    logBudgetBytes: Math.round(env.EASEL_LOG_BUDGET_MIB * 1024 * 1024),
    logDays: env.EASEL_LOG_DAYS,
    docker: env.EASEL_DOCKER,
    dockerDisk: { budgetBytes: env.EASEL_DOCKER_BUDGET_GIB === undefined ? null : Math.round(env.EASEL_DOCKER_BUDGET_GIB * 1024 ** 3), cleansCache: env.EASEL_DOCKER_CLEAN_CACHE },
    alertsToPrivate: env.EASEL_ALERTS_TO_PRIVATE,
    otlp: { isOn: env.EASEL_OTLP, host: env.EASEL_OTLP_HOST, port: env.EASEL_OTLP_PORT ?? null, url: env.EASEL_OTLP_URL?.replace(/\/$/, '') ?? null },
    traces: env.EASEL_TRACES_URL === undefined ? null : { url: env.EASEL_TRACES_URL, headers: headersOf(env.EASEL_TRACES_HEADERS ?? '') },
    acme: isCaddyAsking(env) ? null : acmeOf(env),
    onExit: env.EASEL_ON_EXIT,
    logLevel: env.EASEL_LOG_LEVEL,
    isDemo: env.EASEL_DEMO,
    processName: env.EASEL_PROCESS,
  }
}

/** `key=value,key=value`, with values that may be percent-encoded. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim()).filter((pair) => pair.includes('='))
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), decoded(pair.slice(pair.indexOf('=') + 1).trim())]))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Whether it is Caddy that obtains certificates, and nobody else does. */
function isCaddyAsking({ EASEL_CADDY_ADMIN: admin, EASEL_CADDY_CERTIFICATES: by }: z.infer<typeof Environment>): boolean {
  return admin !== undefined && by === 'caddy'
}

function caddyOf(env: z.infer<typeof Environment>): CaddyConfig | null {
  const { EASEL_CADDY_ADMIN: admin, EASEL_CADDY_DOOR_PORT: doorPort, EASEL_CADDY_HTTP3: isHttp3 } = env
  if (admin === undefined) {
    if (env.EASEL_CADDY_CERTIFICATES === 'caddy') throw new ConfigError(['EASEL_CADDY_CERTIFICATES is caddy, but there is no Caddy: set EASEL_CADDY_ADMIN to the address of its admin API.'])
    return null
  }
  const taken = Object.entries({ PORT: env.PORT, EASEL_INGRESS_PORT: env.EASEL_INGRESS_PORT, EASEL_INGRESS_HTTPS_PORT: env.EASEL_INGRESS_HTTPS_PORT }).find(([, each]) => each === doorPort)
  if (taken) throw new ConfigError([`EASEL_CADDY_DOOR_PORT is ${doorPort}, which is ${taken[0]} as well: what Caddy hands in needs a port of its own.`])
  const acme = isCaddyAsking(env) ? acmeOf(env) : null
  if (isCaddyAsking(env) && (acme === null || env.EASEL_INGRESS_HTTPS_PORT === undefined)) throw new ConfigError(['EASEL_CADDY_CERTIFICATES is caddy: set EASEL_INGRESS_HTTPS_PORT, and do not set EASEL_ACME_DIRECTORY to off.'])
  return { admin, doorPort, isHttp3, acme }
}

function acmeOf(env: z.infer<typeof Environment>): AcmeConfig | null {
  const { EASEL_ACME_EAB_KID: keyId, EASEL_ACME_EAB_HMAC_KEY: hmacKey } = env
  if ((keyId === undefined) !== (hmacKey === undefined)) throw new ConfigError(['EASEL_ACME_EAB_KID and EASEL_ACME_EAB_HMAC_KEY belong together: set both, or neither.'])
  if (env.EASEL_ACME_DIRECTORY === 'off') return null
  return {
    directory: env.EASEL_ACME_DIRECTORY,
    email: env.EASEL_ACME_EMAIL ?? null,
    caFile: env.EASEL_ACME_CA_FILE ?? null,
    challenge: env.EASEL_ACME_CHALLENGE,
    binding: keyId === undefined || hmacKey === undefined ? null : { keyId, hmacKey },
  }
}

/** Most of the machine for all builds together, so that what runs and the platform keep the rest; never too little for one. */
function shareOfMemory(builds: number): number {
  const limit = process.constrainedMemory()
  const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return Math.max(512, Math.floor((0.6 * bytes) / builds / 1024 / 1024))
}

/** Ports that this system gives to connections for as long as they last. */
export function passingPorts(file = '/proc/sys/net/ipv4/ip_local_port_range'): { first: number; last: number } | null {
  try {
    const [, first, last] = /^(\d+)\s+(\d+)\s*$/.exec(readFileSync(file, 'utf8')) ?? []
    return first === undefined ? null : { first: Number(first), last: Number(last) }
  } catch {
    return null
  }
}

/** Whether only this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/**
 * The user's data folder. Root gets /var/lib/easel, because PostgreSQL refuses to run as root and its user
 * could not reach a folder below /root.
 */
function defaultDataDir(): string {
  if (process.getuid?.() === 0) return '/var/lib/easel'
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'easel')
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'easel')
}

export const config: Config = parseConfig(process.env)

/** The operator's whole environment, for the programs of the control plane; without what npm adds for its own scripts. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('npm_')))
}

const OPERATOR_SETTINGS = [
  'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
  'npm_config_registry', 'NPM_CONFIG_REGISTRY', 'npm_config_cafile', 'NPM_CONFIG_CAFILE',
  'TZ',
] as const

/**
 * What programs that Easel starts (git, builds) take over from the operator: how to reach the network, and PATH without
 * the folders npm adds for Easel's own scripts, so that a build never finds Easel's tools. Nothing else of our environment.
 */
export function operatorEnvironment(source: Record<string, string | undefined> = process.env): Record<string, string> {
  const taken = OPERATOR_SETTINGS.flatMap((name) => (source[name] ? [[name, source[name]]] : []))
  const folders = (source.PATH || '/usr/local/bin:/usr/bin:/bin').split(delimiter).filter((folder) => isAbsolute(folder) && !/node_modules[\\/]|node-gyp-bin/.test(folder))
  // `node` must be the Node that runs us; the order is left alone where it is.
  const isOurs = sameFile(folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file)), process.execPath)
  return { ...Object.fromEntries(taken), PATH: [...new Set(isOurs ? folders : [dirname(process.execPath), ...folders])].join(delimiter) }
}

/** What the command line takes from its environment: EASEL_URL, EASEL_TOKEN, and where it keeps its sign-in. */
export function commandLineEnvironment(): { url: string | undefined; token: string | undefined; folder: string } {
  return { url: process.env.EASEL_URL || undefined, token: process.env.EASEL_TOKEN || undefined, folder: join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'easel') }
}

/** Where a Docker engine may be found, as its own command line would: DOCKER_HOST alone when it is set. */
export function dockerPlaces(source: Record<string, string | undefined> = process.env): { host: string | null; certificates: string | null; sockets: string[] } {
  const home = source.HOME || homedir()
  const runtimeDir = source.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.() ?? 0}`
  return {
    host: source.DOCKER_HOST || null,
    certificates: source.DOCKER_CERT_PATH || (source.DOCKER_TLS_VERIFY ? join(home, '.docker') : null),
    sockets: ['/var/run/docker.sock', join(home, '.docker', 'run', 'docker.sock'), join(runtimeDir, 'docker.sock')],
  }
}

function sameFile(one: string | undefined, other: string): boolean {
  return one !== undefined && realpathSync(one) === realpathSync(other)
}
