import type { RegistryView } from '../../contract/registry'
import type { registries } from '../../db/schema/account'
import { AppError } from '../../errors'

export function registryView(row: typeof registries.$inferSelect): RegistryView {
  return { id: row.id, name: row.name, server: row.server, username: row.username, keepsBuildsIn: row.keepsBuildsIn, seen: row.seen, createdAt: row.createdAt.toISOString() }
}

export function registryNameTaken(name: string): AppError {
  return new AppError('conflict', `There is already a registry named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
}
