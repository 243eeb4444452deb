import { z } from 'zod'

import { readHostName } from '../domain/host-name'
import { DOMAIN_CHECKS, DOMAIN_REASONS, DOMAIN_STATES } from '../domain/domain-state'
import { idSchema } from '../ids'
import { Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { SiteRulesInput, SiteRulesView } from './site-rules'

// Host names that people bring: each leads to one service, once it is proven to be theirs.

const serviceId = idSchema('service')
const environmentId = idSchema('environment')
const domainId = idSchema('domain')
const certificateId = idSchema('certificate')

const Port = z.number().int().min(1).max(65_535)

const HostNameInput = z.string().max(2_000).transform((text, ctx) => {
  const read = readHostName(text)
  if (read.ok) return read.name.hostname
  ctx.addIssue({ code: 'custom', message: read.message })
  return z.NEVER
})

/** A DNS record that has to be made. */
export const DomainRecord = z.strictObject({
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
  /** The whole name. */
  name: z.string(),
  value: z.string(),
  /** `proof`: that the name is theirs. `lead`: that it leads here. `both`. */
  purpose: z.enum(['proof', 'lead', 'both']),
})
export type DomainRecord = z.infer<typeof DomainRecord>

export const CertificateView = z.strictObject({
  id: certificateId,
  source: z.enum(['acme', 'uploaded']),
  hosts: z.array(z.string()),
  issuer: z.string(),
  /** SHA-256 of the certificate, hexadecimal. */
  fingerprint: z.string(),
  notBefore: Timestamp,
  notAfter: Timestamp,
  isRevoked: z.boolean(),
  /** It is what visitors are shown. */
  isServed: z.boolean(),
})
export type CertificateView = z.infer<typeof CertificateView>

export const DomainCheckView = z.strictObject({
  check: z.enum(DOMAIN_CHECKS),
  at: Timestamp,
  isPassed: z.boolean(),
  reason: z.enum(DOMAIN_REASONS).nullable(),
  /** What was found and what to do; empty when there is nothing to say. */
  message: z.string(),
  found: z.array(z.string()),
  expected: z.array(z.string()),
})
export type DomainCheckView = z.infer<typeof DomainCheckView>

const ProviderAddress = z.string().trim().max(2_000).refine((text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol), 'Must be an address such as https://dns.example.com.')
const ProviderSecret = z.string().trim().min(1, 'Must not be empty.').max(2_000)

/** Who sets DNS records for it, which proves a wildcard to a certificate authority. Kept sealed, never shown again. */
export const DnsSettings = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('cloudflare'), token: ProviderSecret }),
  z.strictObject({ provider: z.literal('acme-dns'), url: ProviderAddress, username: ProviderSecret, password: ProviderSecret, subdomain: z.string().trim().min(1).max(253) }),
  z.strictObject({ provider: z.literal('webhook'), url: ProviderAddress, secret: ProviderSecret.optional() }),
])
export type DnsSettings = z.infer<typeof DnsSettings>

const PathInput = z.strictObject({
  /** `/api` takes `/api` and `/api/…`, not `/apis`. */
  prefix: z.string().trim().max(300).regex(/^(\/[^/\s?#\\]+)+\/?$/, 'Must be a path such as /api.').transform((text) => text.replace(/\/$/, '')),
  /** A service of the same environment. */
  serviceId,
  port: Port.nullable().default(null),
  /** The service is asked without the prefix. */
  isStripped: z.boolean().default(false),
})
const Paths = z.array(PathInput).max(50, 'Must be at most 50 paths.').refine((all) => new Set(all.map(({ prefix }) => prefix)).size === all.length, 'Each path can be there once.')

export const DomainView = z.strictObject({
  id: domainId,
  environmentId,
  serviceId,
  /** In ASCII, as DNS has it. */
  hostname: z.string(),
  /** In the letters of its script, as people read it. */
  display: z.string(),
  isWildcard: z.boolean(),
  /** It is the name that was registered, where DNS allows no CNAME. */
  isApex: z.boolean(),
  /** Address for people; null of a wildcard. */
  url: z.string().nullable(),
  isPrimary: z.boolean(),
  redirectsToPrimary: z.boolean(),
  /** Null: the service's own. */
  port: Port.nullable(),
  paths: z.array(z.strictObject({ prefix: z.string(), serviceId, port: Port.nullable(), isStripped: z.boolean() })),
  rules: SiteRulesView,
  /** Who sets DNS records for it; null for nobody. */
  dnsProvider: z.string().nullable(),
  state: z.enum(DOMAIN_STATES),
  reason: z.enum(DOMAIN_REASONS).nullable(),
  /** What is missing and what to do next, as a sentence. */
  message: z.string(),
  /** To be made where its DNS is kept. */
  records: z.array(DomainRecord),
  /** What cannot be said without a setting of the instance; null when nothing is missing. */
  hint: z.string().nullable(),
  /** The last results, in order; none before the first look. */
  checks: z.array(DomainCheckView),
  checkedAt: Timestamp.nullable(),
  nextCheckAt: Timestamp.nullable(),
  /** When it is given up unless it is proven until then; null once it is. */
  givesUpAt: Timestamp.nullable(),
  ownedAt: Timestamp.nullable(),
  activeAt: Timestamp.nullable(),
  /** Newest first. */
  certificates: z.array(CertificateView),
  createdAt: Timestamp,
})
export type DomainView = z.infer<typeof DomainView>

export const domainList = query('domain.list', {
  summary: 'Host names of an environment, or of one of its services, with what each still needs',
  input: z.strictObject({ environmentId, serviceId: serviceId.optional(), /** A part of the name, in letters of any script. */ search: z.string().trim().max(253).optional(), ...PageInput }),
  output: page(DomainView),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/domains', status: 200 },
  cli: 'domain list <environmentId>',
  fails: ['not_found'],
})

export const domainGet = query('domain.get', {
  summary: 'One host name: records to make, checks, certificates, rules',
  input: z.strictObject({ domainId }),
  output: DomainView,
  access: allow('service.read', 'domain'),
  http: { method: 'GET', path: '/domains/{domainId}', status: 200 },
  cli: 'domain show <domainId>',
  fails: ['not_found'],
})

export const domainCreate = command('domain.create', {
  summary: 'Give a service a host name; the answer says which DNS records to make, and it is served once they are found',
  input: z.strictObject({ serviceId, hostname: HostNameInput, port: Port.nullable().default(null) }),
  output: DomainView,
  access: allow('domain.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/domains', status: 201 },
  cli: 'domain add <serviceId> <hostname>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})

export const domainUpdate = command('domain.update', {
  summary: 'Change where a host name leads and by which rules, at once and without a deployment; what is left out stays',
  input: z.strictObject({
    domainId,
    /** Another service of the same environment. */
    serviceId: serviceId.optional(),
    port: Port.nullable().optional(),
    /** The former primary one of the service is one no longer. */
    isPrimary: z.literal(true).optional(),
    redirectsToPrimary: z.boolean().optional(),
    paths: Paths.optional(),
    rules: SiteRulesInput.optional(),
    /** Null: nobody does any more. */
    dns: DnsSettings.nullable().optional(),
  }),
  output: DomainView,
  access: allow('domain.write', 'domain'),
  http: { method: 'PATCH', path: '/domains/{domainId}', status: 200 },
  cli: 'domain update <domainId>',
  fails: ['not_found', 'not_now'],
})

export const domainCheck = command('domain.check', {
  summary: 'Look at DNS, certificate and answer of a host name now; what is found shows in `checks`',
  input: z.strictObject({ domainId }),
  output: DomainView,
  access: allow('domain.write', 'domain'),
  http: { method: 'POST', path: '/domains/{domainId}/check', status: 202 },
  cli: 'domain check <domainId>',
  fails: ['not_found', 'not_now'],
})

export const domainResume = command('domain.resume', {
  summary: 'Look for a host name again that was given up, unless somebody else has taken it',
  input: z.strictObject({ domainId }),
  output: DomainView,
  access: allow('domain.write', 'domain'),
  http: { method: 'POST', path: '/domains/{domainId}/resume', status: 202 },
  cli: 'domain resume <domainId>',
  fails: ['not_found', 'not_now', 'conflict'],
})

export const domainDelete = command('domain.delete', {
  summary: 'Take a host name away: it is no longer served, and its certificates and keys are gone',
  input: z.strictObject({ domainId }),
  output: Done,
  access: allow('domain.write', 'domain'),
  http: { method: 'DELETE', path: '/domains/{domainId}', status: 200 },
  cli: 'domain delete <domainId>',
  fails: ['not_found'],
})

const Pem = z.string().trim().min(1, 'Must not be empty.').max(100_000, 'Must be at most 100 KB.')

export const certificateUpload = command('certificate.upload', {
  summary: 'Bring a certificate of your own for a host name, as PEM; the newest that is valid is served',
  input: z.strictObject({ domainId, /** The certificate, then those that vouch for it. */ chain: Pem, /** Without a password; never shown again. */ key: Pem }),
  output: DomainView,
  access: allow('domain.write', 'domain'),
  http: { method: 'POST', path: '/domains/{domainId}/certificates', status: 201 },
  cli: 'certificate upload <domainId>',
  fails: ['not_found', 'not_now', 'conflict', 'limit_exceeded'],
})

export const certificateDelete = command('certificate.delete', {
  summary: 'Delete a certificate that was uploaded',
  input: z.strictObject({ domainId, certificateId }),
  output: DomainView,
  access: allow('domain.write', 'domain'),
  http: { method: 'DELETE', path: '/domains/{domainId}/certificates/{certificateId}', status: 200 },
  cli: 'certificate delete <domainId> <certificateId>',
  fails: ['not_found', 'not_now'],
})
