type Row = Readonly<Record<string, string>>

/** A column with sealed values: which columns say what a value is sealed for, and how. Every row has an `id`. */
export type SealedColumn = { table: string; column: string; reads: readonly string[]; context(row: Row): string }

/** Every sealed column of the database. A rotation refuses to begin while there is one that is not named here. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'variables', column: 'value_sealed', reads: ['service_id', 'key'], context: (row) => `variable:${row.service_id}:${row.key}` },
  { table: 'variables', column: 'generated_sealed', reads: ['service_id', 'key'], context: (row) => `generated-variable:${row.service_id}:${row.key}` },
  { table: 'shared_variables', column: 'value_sealed', reads: ['environment_id', 'key'], context: (row) => `shared-variable:${row.environment_id}:${row.key}` },
  { table: 'shared_variables', column: 'generated_sealed', reads: ['environment_id', 'key'], context: (row) => `generated-shared-variable:${row.environment_id}:${row.key}` },
  { table: 'deployments', column: 'variables_sealed', reads: [], context: (row) => `deployment:${row.id}` },
  { table: 'deployments', column: 'environment_sealed', reads: [], context: (row) => `released-environment:${row.id}` },
  { table: 'revisions', column: 'content_sealed', reads: [], context: (row) => `revision:${row.id}` },
  { table: 'ssh_keys', column: 'private_key_sealed', reads: [], context: (row) => `ssh_key:${row.id}` },
  { table: 'rotations', column: 'former_sealed', reads: [], context: (row) => `rotation-former:${row.id}` },
  { table: 'rotations', column: 'next_sealed', reads: [], context: (row) => `rotation-next:${row.id}` },
  { table: 'registries', column: 'password_sealed', reads: [], context: (row) => `registry:${row.id}` },
  { table: 'stores', column: 'secret_sealed', reads: [], context: (row) => `store:${row.id}` },
  { table: 'alert_channels', column: 'secret_sealed', reads: [], context: (row) => `channel:${row.id}` },
  { table: 'drains', column: 'secret_sealed', reads: [], context: (row) => `drain:${row.id}` },
  { table: 'otlp_keys', column: 'key_sealed', reads: [], context: (row) => `otlp-key:${row.id}` },
  { table: 'domains', column: 'dns_settings_sealed', reads: [], context: (row) => `domain-dns:${row.id}` },
  { table: 'certificates', column: 'key_sealed', reads: [], context: (row) => `certificate:${row.id}` },
  { table: 'acme_accounts', column: 'key_sealed', reads: [], context: (row) => `acme-account:${row.id}` },
  { table: 'acme_challenges', column: 'key_sealed', reads: [], context: (row) => `acme-challenge:${row.id}` },
  { table: 'targets', column: 'connection_sealed', reads: [], context: (row) => `target:${row.id}` },
]
