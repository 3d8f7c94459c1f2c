CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`actor_name` text NOT NULL,
	`verb` text NOT NULL,
	`subject` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`details` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_subject` ON `audit` (`subject`);--> statement-breakpoint
CREATE TABLE `containments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident_id` integer NOT NULL,
	`action` text NOT NULL,
	`customer` text NOT NULL,
	`senders` text NOT NULL,
	`logins` text NOT NULL,
	`route` text,
	`reason` text,
	`placed_at` integer NOT NULL,
	`placed_by` text NOT NULL,
	`effective_at` integer,
	`failure` text,
	`hits` integer DEFAULT 0 NOT NULL,
	`last_hit_at` integer,
	`lifted_at` integer,
	`lifted_by` text,
	`lift_reason` text,
	`out_of_force_at` integer,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `containments_by_incident` ON `containments` (`incident_id`);--> statement-breakpoint
CREATE INDEX `containments_in_force` ON `containments` (`lifted_at`);--> statement-breakpoint
CREATE TABLE `digests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`digest` text NOT NULL,
	`slot_at` integer NOT NULL,
	`covers_from` integer NOT NULL,
	`decided_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_digest_per_slot` ON `digests` (`digest`,`slot_at`);--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`rev` integer NOT NULL,
	`key` text NOT NULL,
	`customer` text,
	`subject` text NOT NULL,
	`evidence` text NOT NULL,
	`occurrences` integer NOT NULL,
	`since` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`opened_by` text NOT NULL,
	`last_seen_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`resolution` text,
	`channel` text NOT NULL,
	`message_ts` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_unresolved_incident_per_key` ON `incidents` (`key`) WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX `incidents_by_state` ON `incidents` (`state`);--> statement-breakpoint
CREATE TABLE `listings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`target` text NOT NULL,
	`list` text NOT NULL,
	`codes` text NOT NULL,
	`text` text,
	`incident_id` integer,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`cleared_at` integer,
	`cleared_by` text,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_listing` ON `listings` (`target`,`list`) WHERE "listings"."cleared_at" is null;--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`lane` text NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`done_at` integer,
	`failed_at` integer,
	`error` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_key_unique` ON `outbox` (`key`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`done_at`,`failed_at`,`next_at`);