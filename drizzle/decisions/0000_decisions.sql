CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`actorName` text NOT NULL,
	`verb` text NOT NULL,
	`subject` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`details` text NOT NULL,
	`prevHash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_by_subject` ON `audit` (`subject`);--> statement-breakpoint
CREATE TABLE `containments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incidentId` integer NOT NULL,
	`action` text NOT NULL,
	`customer` text NOT NULL,
	`senders` text NOT NULL,
	`logins` text NOT NULL,
	`route` text,
	`reason` text,
	`placedAt` integer NOT NULL,
	`placedBy` text NOT NULL,
	`effectiveAt` integer,
	`failure` text,
	`hits` integer DEFAULT 0 NOT NULL,
	`lastHitAt` integer,
	`liftedAt` integer,
	`liftedBy` text,
	`liftReason` text,
	FOREIGN KEY (`incidentId`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `containments_by_incident` ON `containments` (`incidentId`);--> statement-breakpoint
CREATE INDEX `containments_in_force` ON `containments` (`liftedAt`);--> statement-breakpoint
CREATE TABLE `digests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`digest` text NOT NULL,
	`slotAt` integer NOT NULL,
	`coversFrom` integer NOT NULL,
	`decidedAt` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_digest_per_slot` ON `digests` (`digest`,`slotAt`);--> statement-breakpoint
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
	`openedAt` integer NOT NULL,
	`openedBy` text NOT NULL,
	`lastSeenAt` integer NOT NULL,
	`resolvedAt` integer,
	`resolvedBy` text,
	`resolution` text,
	`channel` text NOT NULL,
	`messageTs` text
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
	`incidentId` integer,
	`firstSeenAt` integer NOT NULL,
	`lastSeenAt` integer NOT NULL,
	`clearedAt` integer,
	FOREIGN KEY (`incidentId`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_listing` ON `listings` (`target`,`list`) WHERE cleared_at is null;--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`lane` text NOT NULL,
	`payload` text NOT NULL,
	`createdAt` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`nextAt` integer NOT NULL,
	`doneAt` integer,
	`failedAt` integer,
	`error` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_key_unique` ON `outbox` (`key`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`doneAt`,`failedAt`,`nextAt`);