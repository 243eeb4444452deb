/** The database or volume whose snapshots are shown. */
export type SnapshotsOf = {
  named: { environmentId: string; serviceId?: string; volumeId?: string }
  /** What it is called, and what it is: `database` or `volume`. */
  name: string
  noun: 'database' | 'volume'
}
