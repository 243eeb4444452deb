-- Everything that was set or frozen before there was a choice writes access lines.
UPDATE "services" SET "settings" = '{"accessLines": true}'::jsonb || "settings";--> statement-breakpoint
UPDATE "deployments" SET "spec" = jsonb_set("spec", '{settings}', '{"accessLines": true}'::jsonb || ("spec" -> 'settings')) WHERE "spec" ? 'settings';
