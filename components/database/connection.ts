import type { VariableView } from '@/lib/contract/service'
import { ENGINES, type EngineName } from '@/lib/domain/engine/engines'

/** What a client of a database needs, besides its password. */
export type Connection = { scheme: string; host: string; port: string; user: string | null; database: string | null; passwordKey: string }

/** Put together from its address and its variables, as its own URL variable is. */
export function connectionOf(engine: EngineName, privateUrl: string, variables: readonly Pick<VariableView, 'key' | 'value'>[]): Connection {
  const { login, scheme } = ENGINES[engine]
  const [, host = '', port = ''] = /^[a-z]+:\/\/(.+):(\d+)$/.exec(privateUrl) ?? []
  const valueOf = (key: string | null) => (key === null ? null : (variables.find((variable) => variable.key === key)?.value ?? null))
  return { scheme, host, port, user: valueOf(login.user), database: valueOf(login.database), passwordKey: login.password }
}

/** The address with a password in it. */
export function urlOf({ scheme, host, port, user, database }: Connection, password: string): string {
  return `${scheme}://${encodeURIComponent(user ?? 'default')}:${password}@${host}:${port}${database === null ? '' : `/${encodeURIComponent(database)}`}`
}
