CREATE TABLE "acme_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"directory" text NOT NULL,
	"url" text,
	"key_sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acme_accounts_directory_unique" UNIQUE("directory")
);
--> statement-breakpoint
CREATE TABLE "acme_challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"domain_id" text NOT NULL,
	"type" text NOT NULL,
	"host" text NOT NULL,
	"token" text NOT NULL,
	"key_authorization" text NOT NULL,
	"certificate_pem" text,
	"key_sealed" text,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "acme_orders" (
	"id" text PRIMARY KEY NOT NULL,
	"directory" text NOT NULL,
	"domain_id" text,
	"registered" text NOT NULL,
	"host" text NOT NULL,
	"url" text,
	"placed_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"message" text,
	"retry_after" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" text PRIMARY KEY NOT NULL,
	"domain_id" text NOT NULL,
	"source" text NOT NULL,
	"hosts" text[] NOT NULL,
	"chain_pem" text NOT NULL,
	"key_sealed" text NOT NULL,
	"fingerprint" text NOT NULL,
	"issuer" text NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "certificates_source" CHECK ("certificates"."source" in ('acme', 'uploaded'))
);
--> statement-breakpoint
CREATE TABLE "domains" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"environment_id" text NOT NULL,
	"service_id" text NOT NULL,
	"hostname" text NOT NULL,
	"token" text NOT NULL,
	"is_primary" boolean NOT NULL,
	"redirects_to_primary" boolean NOT NULL,
	"port" integer,
	"paths" jsonb NOT NULL,
	"rules" jsonb NOT NULL,
	"dns_provider" text,
	"dns_settings_sealed" text,
	"state" text NOT NULL,
	"reason" text,
	"checks" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"attempts" integer NOT NULL,
	"checked_at" timestamp with time zone,
	"next_check_at" timestamp with time zone,
	"owned_at" timestamp with time zone,
	"held_at" timestamp with time zone,
	"active_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "domains_state" CHECK ("domains"."state" in ('pending', 'verifying', 'active', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "acme_challenges" ADD CONSTRAINT "acme_challenges_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acme_orders" ADD CONSTRAINT "acme_orders_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "acme_challenges_key" ON "acme_challenges" USING btree ("domain_id","type","token");--> statement-breakpoint
CREATE INDEX "acme_orders_registered" ON "acme_orders" USING btree ("directory","registered","placed_at");--> statement-breakpoint
CREATE INDEX "acme_orders_domain" ON "acme_orders" USING btree ("domain_id","placed_at");--> statement-breakpoint
CREATE INDEX "certificates_domain" ON "certificates" USING btree ("domain_id","not_after");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_hostname" ON "domains" USING btree ("hostname") WHERE "domains"."state" <> 'failed' or "domains"."owned_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "domains_primary" ON "domains" USING btree ("service_id") WHERE "domains"."is_primary";--> statement-breakpoint
CREATE INDEX "domains_service" ON "domains" USING btree ("service_id");--> statement-breakpoint
CREATE INDEX "domains_environment" ON "domains" USING btree ("environment_id");--> statement-breakpoint
CREATE INDEX "domains_next_check" ON "domains" USING btree ("next_check_at");