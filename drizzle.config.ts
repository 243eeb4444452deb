import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./lib/db/schema/target.ts', './lib/db/schema/account.ts', './lib/db/schema/desired.ts', './lib/db/schema/deployment.ts', './lib/db/schema/volume.ts', './lib/db/schema/store.ts', './lib/db/schema/snapshot.ts', './lib/db/schema/rotation.ts', './lib/db/schema/branch.ts', './lib/db/schema/observed.ts', './lib/db/schema/metric.ts', './lib/db/schema/http.ts', './lib/db/schema/storage.ts', './lib/db/schema/terminal.ts', './lib/db/schema/revision.ts', './lib/db/schema/upload.ts', './lib/db/schema/dashboard.ts', './lib/db/schema/alert.ts', './lib/db/schema/drain.ts', './lib/db/schema/otlp.ts', './lib/db/schema/domain.ts'],
  out: './drizzle',
})
