import { z } from 'zod'

import { ROLES, TOKEN_SCOPES } from '../domain/permission'
import { idSchema } from '../ids'
import { Done, Timestamp } from './common'
import { anyone, command, query, self } from './entry'

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('Must be an e-mail address such as ada@example.com.'))
/** At most 72 bytes, the longest that every password hash in use takes whole. */
export const Password = z
  .string()
  .min(8, 'Must be at least 8 characters.')
  .refine((value) => new TextEncoder().encode(value).length <= 72, 'Must be at most 72 bytes.')
export const PersonName = z.string().trim().min(1, 'Must not be empty.').max(80).refine((value) => !/\p{Cc}/u.test(value), 'Must be one line.')

export const UserView = z.strictObject({ id: idSchema('user'), email: z.string(), name: z.string(), createdAt: Timestamp })
export const OrganizationView = z.strictObject({ id: idSchema('organization'), name: z.string(), slug: z.string(), createdAt: Timestamp })
export type OrganizationView = z.infer<typeof OrganizationView>

export const SignedInView = z.strictObject({
  user: UserView,
  organization: OrganizationView.nullable(),
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Seconds until the access token ends. */
  expiresIn: z.number().int(),
})

export const MeView = z.strictObject({
  user: UserView,
  memberships: z.array(z.strictObject({ organization: OrganizationView, role: z.enum(ROLES) })),
  /** How this request signed in. */
  via: z.enum(['session', 'access_token', 'api_token']),
})

export const authRegister = command('auth.register', {
  summary: 'Create the first account, or join by invitation',
  input: z.strictObject({ email: Email, password: Password, name: PersonName, invitation: z.string().max(200).optional() }),
  output: SignedInView,
  access: anyone,
  http: { method: 'POST', path: '/auth/register', status: 201 },
  cli: 'register <email>',
  fails: ['forbidden', 'conflict', 'rate_limited'],
})

export const authLogin = command('auth.login', {
  summary: 'Sign in with email and password',
  input: z.strictObject({ email: z.string().trim().toLowerCase().max(254), password: z.string().max(500) }),
  output: SignedInView,
  access: anyone,
  http: { method: 'POST', path: '/auth/login', status: 200 },
  cli: 'login <email>',
  fails: ['unauthenticated', 'rate_limited'],
})

export const authRefresh = command('auth.refresh', {
  summary: 'Exchange a refresh token for new tokens; a used one ends the whole sign-in',
  input: z.strictObject({ refreshToken: z.string().max(500) }),
  output: SignedInView,
  access: anyone,
  http: { method: 'POST', path: '/auth/refresh', status: 200 },
  cli: 'auth refresh <refreshToken>',
  fails: ['unauthenticated'],
})

export const authLogout = command('auth.logout', {
  summary: 'End this sign-in: its refresh token and its access tokens stop working',
  input: z.strictObject({ refreshToken: z.string().max(500).optional() }),
  output: Done,
  access: self,
  http: { method: 'POST', path: '/auth/logout', status: 200 },
  cli: 'logout',
  fails: [],
})

export const authMe = query('auth.me', {
  summary: 'The signed-in person and their organizations',
  input: z.strictObject({}),
  output: MeView,
  access: self,
  http: { method: 'GET', path: '/auth/me', status: 200 },
  cli: 'whoami',
  fails: [],
})

export const authChangePassword = command('auth.changePassword', {
  summary: 'Change the password; every other sign-in ends',
  input: z.strictObject({ currentPassword: z.string().max(500), newPassword: Password }),
  output: Done,
  access: self,
  http: { method: 'POST', path: '/auth/password', status: 200 },
  cli: 'auth password',
  fails: ['forbidden', 'rate_limited'],
})

export const TokenView = z.strictObject({
  id: idSchema('token'),
  name: z.string(),
  organizationId: idSchema('organization'),
  scope: z.enum(TOKEN_SCOPES),
  /** The first characters, to tell tokens apart. */
  prefix: z.string(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
  expiresAt: Timestamp.nullable(),
})
export type TokenView = z.infer<typeof TokenView>

export const tokenCreate = command('token.create', {
  summary: 'Create a personal API token; its value is shown once',
  input: z.strictObject({
    name: z.string().trim().min(1).max(80),
    scope: z.enum(TOKEN_SCOPES),
    organizationId: idSchema('organization').optional(),
    expiresInDays: z.number().int().min(1).max(3650).nullable().default(90),
  }),
  output: z.strictObject({ token: TokenView, value: z.string() }),
  access: self,
  http: { method: 'POST', path: '/tokens', status: 201 },
  cli: 'token create <name> <scope>',
  fails: ['forbidden', 'limit_exceeded'],
})

export const tokenList = query('token.list', {
  summary: 'Personal API tokens of the signed-in person',
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(TokenView) }),
  access: self,
  http: { method: 'GET', path: '/tokens', status: 200 },
  cli: 'token list',
  fails: [],
})

export const tokenRevoke = command('token.revoke', {
  summary: 'Revoke a personal API token',
  input: z.strictObject({ tokenId: idSchema('token') }),
  output: Done,
  access: self,
  http: { method: 'DELETE', path: '/tokens/{tokenId}', status: 202 },
  cli: 'token revoke <tokenId>',
  fails: ['not_found'],
})
